package dev.shunt.ops.config;

/** What a health check does. */
public enum HealthType {
  /** Nothing: every server is taken to work. */
  NONE,
  /** Connects. */
  TCP,
  /** Asks for a path and looks at the status. */
  HTTP
}
