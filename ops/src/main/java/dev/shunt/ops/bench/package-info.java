/** Benchmarks: figures of this machine, each against a reference that is timed beside it. */
package dev.shunt.ops.bench;
