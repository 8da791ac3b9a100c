/**
 * An array with its client, servers and switch in network namespaces of one machine: built, broken
 * on purpose, measured and torn down. System tests and {@code shunt lab} use the same classes.
 */
@NullMarked
package dev.shunt.ops.lab;

import org.jspecify.annotations.NullMarked;
