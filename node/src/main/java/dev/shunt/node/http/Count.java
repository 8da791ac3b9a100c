package dev.shunt.node.http;

/** What is counted for a service. */
@SuppressWarnings("EnumOrdinal") // The index of an array, never kept beyond the process.
enum Count {
  CONNECTIONS,
  ACCEPTED,
  CONNECTIONS_REFUSED,
  REQUESTS,
  ACTIVE,
  STATUS_1XX,
  STATUS_2XX,
  STATUS_3XX,
  STATUS_4XX,
  STATUS_5XX,
  BAD_REQUESTS,
  BAD_RESPONSES,
  TIMEOUTS,
  NO_SERVER,
  CONNECT_FAILURES,
  RETRIES,
  RETRIES_EXHAUSTED,
  ABORTED,
  STAGE_ERRORS,
  TUNNELS,
  BYTES_IN,
  BYTES_OUT,
  TLS_HANDSHAKES,
  TLS_FAILED,
  TLS_TIMEOUTS,
  TLS_REFUSED,
  MISDIRECTED,
  H2_CONNECTIONS,
  H2_STREAM_ERRORS,
  H2_CONNECTION_ERRORS,
  H2_HEADERS_TOO_LARGE,
  H2_RESET_FLOODS,
  H2_FAULT_FLOODS,
  H2_SETTINGS_FLOODS,
  H2_PING_FLOODS,
  H2_EMPTY_DATA_FLOODS,
  H2_OTHER_FLOODS,
  H2_CONTINUATION_FLOODS,
  H2_STALLED,
  PROXY_HEADERS,
  PROXY_ERRORS,
  PROXY_TIMEOUTS,
  HELLO_ERRORS,
  HELLO_TIMEOUTS,
  UNKNOWN_NAMES,
  TCP_IDLE,
  TCP_TOO_OLD;

  private static final Count[] VALUES = values();

  /** The counter of a status's class. */
  static Count ofStatus(int status) {
    return VALUES[STATUS_1XX.ordinal() + status / 100 - 1];
  }
}
