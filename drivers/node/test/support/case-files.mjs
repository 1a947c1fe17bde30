/** The contract's values as the files of a case write them. */

/** An entry of `requests.json`. */
export function requestFile({ method, url, headers, body, credential, effect, quota }) {
  return defined({
    method: method.toUpperCase(),
    url,
    headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])),
    body: bodyFile(body),
    credential,
    effect,
    quota,
  });
}

function bodyFile({ tag, val }) {
  if (tag === "empty") return undefined;
  if (tag === "multipart") return { parts: val.length };
  const text = new TextDecoder().decode(val);
  try {
    return JSON.parse(text);
  } catch {
    return { text };
  }
}

/** What an entry of `responses.json` stands for. */
export function replyOf({ undelivered, status, headers = {}, body, text, base64, bytes }) {
  if (undelivered !== undefined) return { tag: "undelivered", val: undelivered };
  const content = () => {
    if (body !== undefined) return Buffer.from(JSON.stringify(body));
    if (text !== undefined) return Buffer.from(text);
    return base64 === undefined ? Buffer.from(bytes ?? []) : Buffer.from(base64, "base64");
  };
  const listed = Object.entries(headers).map(([name, value]) => ({ name, value }));
  return { tag: "response", val: { status, headers: listed, body: content() } };
}

/** `output.json`, without the items. */
export function outcomeFile({ output, cursor }) {
  return defined({ output: JSON.parse(output), cursor });
}

/** `error.json`, without the items. */
export function errorFile(error) {
  const { kind, code, message, advice, fields, status, requestId, retryAfterMs, details } = error;
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
