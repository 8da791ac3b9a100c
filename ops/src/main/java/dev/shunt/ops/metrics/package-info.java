/**
 * What is measured, in a Dropwizard registry, and its text for Prometheus.
 *
 * <p>The names are in {@link dev.shunt.ops.metrics.Families}.
 */
package dev.shunt.ops.metrics;
