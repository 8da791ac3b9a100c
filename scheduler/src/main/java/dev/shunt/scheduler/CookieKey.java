package dev.shunt.scheduler;

/**
 * A key of SYN cookies, 128 bits.
 *
 * @param number which one it is: it follows from the wall clock, see {@link CookieKeys}
 */
public record CookieKey(long number, long low, long high) {}
