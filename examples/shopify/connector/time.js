/** RFC 3339 in UTC, of a time that is written in any way; null when it is none. */
export function utc(text) {
  const time = new Date(typeof text === "string" ? text : NaN);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}
