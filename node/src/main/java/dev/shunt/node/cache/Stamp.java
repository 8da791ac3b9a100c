package dev.shunt.node.cache;

/**
 * What had been purged when a request began: what was purged since, its response must not bring
 * back.
 *
 * @param purges of more than one URL
 * @param changes of URLs that share a counter with its own
 */
record Stamp(long purges, long changes) {}
