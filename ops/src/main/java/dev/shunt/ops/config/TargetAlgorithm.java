package dev.shunt.ops.config;

/** How the scheduler chooses a target for a new session. */
public enum TargetAlgorithm {
  /** Weighted Maglev rows: every member computes the same ones, and a change moves few buckets. */
  MAGLEV
}
