package dev.shunt.ops.admin.model;

/** How many responses had a status of each class, since the start. */
public record StatusClasses(
    long status1xx, long status2xx, long status3xx, long status4xx, long status5xx) {

  public static final StatusClasses NONE = new StatusClasses(0, 0, 0, 0, 0);

  public StatusClasses plus(StatusClasses other) {
    return new StatusClasses(
        status1xx + other.status1xx,
        status2xx + other.status2xx,
        status3xx + other.status3xx,
        status4xx + other.status4xx,
        status5xx + other.status5xx);
  }
}
