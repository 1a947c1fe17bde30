"""Amazon S3 as its documentation has it: the double makes each signature anew with botocore, takes uploads in
parts, and says by botocore's own client that it speaks S3."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from hashlib import md5
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import botocore.session
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from command import Home
from double import Answer, Double, Seen, serve

KEY, SECRET, REGION = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "eu-west-1"
ORIGIN = f"https://s3.{REGION}.amazonaws.com"
ADDRESS = "https://hooks.example.com/s3/4f1c9a"
XMLNS = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
MIB = 1 << 20


def signature(seen: Seen, origin: str, key: str = SECRET) -> str:
    """What botocore makes of a request as it arrived."""
    named = seen.headers["authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
    url = urlsplit(origin + seen.target)
    params = [(name, value) for name, values in parse_qs(url.query, keep_blank_values=True).items()
              for value in values]  # fmt: skip
    request = AWSRequest(
        method=seen.method, url=url._replace(query="").geturl(), params=dict(params), data=seen.body,
        headers={name: seen.headers[name] for name in named if name != "host"},
    )  # fmt: skip
    request.context["timestamp"] = seen.headers["x-amz-date"]
    signer = S3SigV4Auth(Credentials(KEY, key), "s3", REGION)
    text = signer.string_to_sign(request, signer.canonical_request(request))
    return str(signer.signature(text, request))


class S3(Double):
    """One account with one bucket."""

    origin = ORIGIN

    def __init__(self) -> None:
        super().__init__()
        self.objects: dict[str, tuple[str, bytes]] = {}
        self.uploads: dict[str, dict[int, bytes]] = {}
        #: Codes of refusals, by the number of the part that gets one.
        self.refusals: dict[int, tuple[int, str]] = {}
        #: What comes in place of an object, with a status of success.
        self.late: str | None = None

    def answer(self, seen: Seen) -> Answer:
        signed = seen.headers.get("authorization", "").partition("Signature=")[2]
        if signed != signature(seen, self.origin):
            return error(403, "SignatureDoesNotMatch")
        if f"Credential={KEY}/" not in seen.headers["authorization"]:
            return error(403, "InvalidAccessKeyId")
        if seen.path == "/":
            owner = "<Owner><ID>75aa57f0</ID><DisplayName>Acme &amp; Co</DisplayName></Owner>"
            return xml("ListAllMyBucketsResult", owner + "<Buckets></Buckets>")
        _, bucket, key = unquote(seen.path).split("/", 2)
        if bucket != "acme-pictures":
            return error(404, "NoSuchBucket")
        query = parse_qs(urlsplit(seen.target).query, keep_blank_values=True)
        match seen.method, sorted(query):
            case "PUT", []:
                self.objects[key] = (seen.headers["content-type"], seen.body)
                return Answer(headers={"etag": f'"{md5(seen.body).hexdigest()}"'})
            case "POST", ["uploads"]:
                self.uploads[upload := f"VXBs+b/2FkI{len(self.uploads)}=="] = {}
                self.kind = seen.headers["content-type"]
                inner = f"<Bucket>{bucket}</Bucket><Key>{escape(key)}</Key><UploadId>{upload}</UploadId>"
                return xml("InitiateMultipartUploadResult", inner)
            case "PUT", ["partNumber", "uploadId"]:
                return self.part(int(query["partNumber"][0]), query["uploadId"][0], seen.body)
            case "POST", ["uploadId"]:
                return self.complete(key, query["uploadId"][0], seen.body)
            case "DELETE", ["uploadId"] if self.uploads.pop(query["uploadId"][0], None) is not None:
                return Answer(204)
        return error(404, "NoSuchUpload")

    def part(self, number: int, upload: str, body: bytes) -> Answer:
        if number in self.refusals:
            return error(*self.refusals.pop(number))
        self.uploads[upload][number] = body
        return Answer(headers={"etag": f'"{md5(body).hexdigest()}"'})

    def complete(self, key: str, upload: str, body: bytes) -> Answer:
        if self.late:
            code, self.late = self.late, None
            return Answer(
                200, f"<Error><Code>{code}</Code><Message>Try again</Message></Error>".encode()
            )
        parts = self.uploads[upload]
        listed = [(int(part[0].text or ""), part[1].text) for part in ElementTree.fromstring(body)]
        if listed != [(number, f'"{md5(parts[number]).hexdigest()}"') for number in sorted(parts)]:
            return error(400, "InvalidPart")
        *before, _ = [parts[number] for number in sorted(parts)]
        if any(len(part) < 5 * MIB for part in before):
            return error(400, "EntityTooSmall")
        self.objects[key] = (self.kind, b"".join(self.uploads.pop(upload).values()))
        return xml("CompleteMultipartUploadResult", f"<ETag>&quot;abc-{len(parts)}&quot;</ETag>")


def xml(name: str, inner: str) -> Answer:
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return Answer(
        200, f"{head}<{name} {XMLNS}>{inner}</{name}>".encode(), {"content-type": "application/xml"}
    )


def error(status: int, code: str) -> Answer:
    inner = f"<Code>{code}</Code><Message>It is so</Message><RequestId>4442587FB7D0A2F9</RequestId>"
    return Answer(status, f"<Error>{inner}</Error>".encode(), {"content-type": "application/xml"})


def connected(home: Callable[..., Home], s3: S3) -> Home:
    made = home("s3", {ORIGIN: s3.base})
    settings = json.dumps({"region": REGION})
    ran = made.run("connect", "--token", "--user", KEY, "--settings", settings, stdin=SECRET)
    assert "Connected as Acme & Co (id 75aa57f0)" in ran.out
    return made


def put(made: Home, key: str, code: int = 0, **more: str) -> tuple[str, str]:
    input = {"bucket": "acme-pictures", "key": key, "file": "file.bin", **more}
    ran = made.run("run", "objects.put", "--input", json.dumps(input), code=code)
    assert SECRET not in ran.out + ran.err
    return ran.out, ran.err


def write(made: Home, size: int) -> bytes:
    content = random.Random(7).randbytes(size)
    (made.folder / "file.bin").write_bytes(content)
    return content


def test_the_double_speaks_what_amazons_client_speaks(tmp_path: Path) -> None:
    with serve(S3()) as s3:
        s3.origin = s3.base
        client = botocore.session.get_session().create_client(
            "s3", REGION, endpoint_url=s3.base, aws_access_key_id=KEY, aws_secret_access_key=SECRET,
            config=Config(
                s3={"addressing_style": "path"}, retries={"total_max_attempts": 1},
                request_checksum_calculation="when_required",
            ),
        )  # fmt: skip
        assert client.list_buckets()["Owner"]["DisplayName"] == "Acme & Co"
        named = {"Bucket": "acme-pictures", "Key": "a b/c"}
        upload = client.create_multipart_upload(**named, ContentType="image/png")["UploadId"]
        content = os.urandom(5 * MIB + 1)
        tags = [
            client.upload_part(**named, UploadId=upload, PartNumber=number, Body=part)["ETag"]
            for number, part in enumerate([content[: 5 * MIB], content[5 * MIB :]], 1)
        ]
        parts = [{"PartNumber": number, "ETag": tag} for number, tag in enumerate(tags, 1)]
        client.complete_multipart_upload(**named, UploadId=upload, MultipartUpload={"Parts": parts})
        assert s3.objects == {"a b/c": ("image/png", content)}


def test_a_large_file_goes_up_in_three_parts(home: Callable[..., Home]) -> None:
    with serve(S3()) as s3:
        made = connected(home, s3)
        content = write(made, 10 * MIB + 12345)
        # Each part is sent again where that helps.
        s3.refusals, s3.late = {2: (500, "InternalError")}, "InternalError"
        out, _ = put(made, "2026/f e+rn (ü).bin", content_type="image/png")
        assert json.loads(out) == {
            "bucket": "acme-pictures", "key": "2026/f e+rn (ü).bin",
            "size": len(content), "etag": "abc-3",
        }  # fmt: skip
        assert s3.objects == {"2026/f e+rn (ü).bin": ("image/png", content)}
        assert s3.uploads == {}
        parts = [seen for seen in s3.seen if seen.method == "PUT"]
        assert [len(seen.body) for seen in parts] == [5 * MIB, 5 * MIB, 5 * MIB, 12345]


def test_a_small_file_goes_up_in_one_request(home: Callable[..., Home]) -> None:
    with serve(S3()) as s3:
        made = connected(home, s3)
        for size in (0, 5 * MIB):
            content = write(made, size)
            put(made, f"{size}")
            assert s3.objects[f"{size}"] == ("application/octet-stream", content)
        assert [seen.method for seen in s3.seen] == ["GET", "PUT", "PUT"]


def test_what_is_refused_leaves_no_parts(home: Callable[..., Home]) -> None:
    with serve(S3()) as s3:
        made = connected(home, s3)
        write(made, 10 * MIB + 1)
        s3.refusals = {2: (403, "AccessDenied")}
        _, err = put(made, "refused", code=3)
        assert "AccessDenied: It is so" in err
        assert (s3.uploads, s3.objects) == ({}, {})


def test_a_key_that_is_wrong_is_not_stored(home: Callable[..., Home]) -> None:
    with serve(S3()) as s3:
        made = home("s3", {ORIGIN: s3.base})
        settings = json.dumps({"region": REGION})
        args = ["connect", "--token", "--user", KEY, "--settings", settings]
        ran = made.run(*args, stdin="another secret", code=3)
        assert "SignatureDoesNotMatch" in ran.err
        assert made.run("connections", "--json").json == []


def test_an_event_is_read_when_it_has_the_key(home: Callable[..., Home]) -> None:
    event = {
        "version": "0", "id": "17793124-05d4", "detail-type": "Object Created", "source": "aws.s3",
        "account": "111122223333", "time": "2026-01-31T12:00:00Z", "region": REGION,
        "detail": {"bucket": {"name": "acme-pictures"}, "object": {"key": "a", "size": 5}},
    }  # fmt: skip
    body = json.dumps(event).encode()
    with serve(S3()) as s3:
        made = connected(home, s3)
        made.run("connect", "--token", "--credential", "events-key", stdin="key-of-events")
        (read,) = made.receive("object.created", body, {"x-api-key": "key-of-events"}).lines
        assert (read["id"], read["occurred_at"]) == ("17793124-05d4", "2026-01-31T12:00:00Z")
        made.receive("object.created", body, {"x-api-key": "key-of-event"}, code=1)
        with made.listening("object.created", ADDRESS) as listener:
            for headers, status in [
                ({"x-api-key": "key-of-events"}, 200), ({"x-api-key": "other"}, 401), ({}, 401),
            ]:  # fmt: skip
                assert listener.post("/s3/4f1c9a", body, headers).status == status
        assert [it["data"] for it in listener.events] == [event]
