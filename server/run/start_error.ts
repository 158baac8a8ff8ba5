/** A server that can't be started, with the reason for its operator. */
export class StartError extends Error {
  override readonly name = "StartError";
}
