/** Finds out which servers work: a pure state machine for each, and the probes that feed it. */
@NullMarked
package dev.shunt.node.health;

import org.jspecify.annotations.NullMarked;
