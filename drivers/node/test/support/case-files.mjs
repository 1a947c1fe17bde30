/** The contract's values as the files of a case write them. */

/** An entry of `requests.json`. */
export function requestFile({ method, url, headers, body, credential, effect, quota, save }) {
  return defined({
    method: method.toUpperCase(),
    url,
    headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])),
    body: bodyFile(body),
    credential,
    effect,
    quota,
    save: save || undefined,
  });
}

function bodyFile({ tag, val }) {
  if (tag === "empty") return undefined;
  if (tag === "multipart") return { parts: val.map(partFile) };
  if (tag === "pieces") return { pieces: val.map(contentFile) };
  const text = new TextDecoder().decode(val);
  try {
    return JSON.parse(text);
  } catch {
    return { text };
  }
}

function partFile({ name, filename, contentType, content }) {
  return defined({ name, filename, content_type: contentType, ...contentFile(content) });
}

function contentFile({ tag, val }) {
  return { [tag.replace("-", "_")]: val };
}

/** What an entry of `responses.json` stands for. */
export function replyOf({ undelivered, status, ...written }) {
  if (undelivered !== undefined) return { tag: "undelivered", val: undelivered };
  return { tag: "response", val: { status, ...messageOf(written) } };
}

/** Headers and body of what the service says, in an answer or by itself. */
export function messageOf({ headers = {}, body, ...written }) {
  const bytes = body === undefined ? content(written) : Buffer.from(JSON.stringify(body));
  const listed = Object.entries(headers).map(([name, value]) => ({ name, value }));
  return { headers: listed, body: bytes };
}

/** Bytes that are written as `text` or `base64`. */
export function content({ text, base64, bytes = [] }) {
  if (text !== undefined) return Buffer.from(text);
  return base64 === undefined ? Buffer.from(bytes) : Buffer.from(base64, "base64");
}

/** `output.json`, without the items. */
export function outcomeFile({ output, cursor }) {
  return defined({ output: JSON.parse(output), cursor });
}

/** `error.json`, without the items. */
export function errorFile(error) {
  const { kind, code, reason: message, advice, fields, status, requestId, retryAfterMs, details } = error;
  return defined({
    kind,
    code,
    message,
    advice,
    fields,
    status,
    request_id: requestId,
    retry_after_ms: retryAfterMs,
    details,
  });
}

function defined(object) {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
