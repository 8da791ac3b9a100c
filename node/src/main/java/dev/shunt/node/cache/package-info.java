/**
 * The cache of responses (claim A15): a shared cache of HTTP (RFC 9111) as a stage of a service,
 * with stale responses where they are allowed (RFC 5861) and purges.
 */
package dev.shunt.node.cache;
