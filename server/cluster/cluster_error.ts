/** A cluster that can't be joined, or went wrong for good, with the reason for its operator. */
export class ClusterError extends Error {
  override readonly name = "ClusterError";
}

/** There is no cluster of this name. */
export class NoClusterError extends ClusterError {}
