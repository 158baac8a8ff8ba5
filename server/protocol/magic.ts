/** What bytes are by how they begin, for languages that send files without a name. Those need it at once, so it waits for nothing. */

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** As much of a beginning as anything here needs. */
const HEAD_BYTES = 16;

/** How bytes begin, in hex → what names of such files end in. The first that fits counts. */
const BEGINNINGS: readonly (readonly [RegExp, string])[] = [
  [/^89504e470d0a1a0a/, "png"],
  [/^ffd8ff/, "jpg"],
  [/^474946383[79]61/, "gif"],
  [/^52494646.{8}57454250/, "webp"],
  [/^424d.{8}00000000/, "bmp"],
  [/^(?:49492a00|4d4d002a)/, "tif"],
  [/^.{8}6674797061766966/, "avif"],
  [/^.{8}66747970(?:68656963|68656978|6d696631)/, "heic"],
  [/^.{8}6674797071742020/, "mov"],
  [/^.{8}667479704d344120/, "m4a"],
  [/^.{8}66747970/, "mp4"],
  [/^1a45dfa3/, "webm"],
  [/^52494646.{8}41564920/, "avi"],
  [/^52494646.{8}57415645/, "wav"],
  [/^4f676753/, "ogg"],
  [/^664c6143/, "flac"],
  [/^(?:494433|fff[b32])/, "mp3"],
  [/^255044462d/, "pdf"],
  [/^504b(?:0304|0506)/, "zip"],
  [/^1f8b08/, "gz"],
  [/^377abcaf271c/, "7z"],
  [/^526172211a07/, "rar"],
  [/^fd377a585a00/, "xz"],
  [/^425a68/, "bz2"],
  [/^d0cf11e0a1b11ae1/, "doc"],
];

// deno-lint-ignore no-control-regex -- what a text does not hold
const NO_TEXT = /[\0-\x08\x0e-\x1f]/;

/** What the name of a file with these bytes ends in: by its magic number, `txt` for UTF-8 text, `bin` for anything else. */
export function extensionOf(bytes: Uint8Array): string {
  return extensionByMagic(bytes) ?? (isText(bytes) ? "txt" : "bin");
}

/** The same by magic number alone; undefined: there is none. */
export function extensionByMagic(bytes: Uint8Array): string | undefined {
  const head = bytes.subarray(0, HEAD_BYTES).toHex();
  return BEGINNINGS.find(([beginning]) => beginning.test(head))?.[1];
}

function isText(bytes: Uint8Array): boolean {
  try {
    return !NO_TEXT.test(utf8.decode(bytes));
  } catch {
    return false;
  }
}
