package dev.shunt.ops.config;

/** How a node chooses a server for a request. */
public enum ServerAlgorithm {
  ROUND_ROBIN,
  LEAST_CONNECTIONS,
  RESPONSE_TIME,
  HASH
}
