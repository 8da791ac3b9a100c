package dev.shunt.node.http;

/** What is counted for a server. */
enum ServerCount {
  REQUESTS,
  ERRORS,
  ACTIVE,
  CONNECTIONS,
  OPENED,
  SUCCEEDED,
  FAILED,
  BYTES_OUT,
  BYTES_IN
}
