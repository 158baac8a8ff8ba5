/** Entity tags of HTTP (RFC 9110, section 8.8.3). */

/** Whether a browser has this already (section 13.1.2: weak or strong is the same here). */
export function sameTag(header: string | undefined, etag: string): boolean {
  const tags = header?.split(",").map((tag) => tag.trim().replace(/^W\//, "")) ?? [];
  return tags.includes(etag) || tags.includes("*");
}
