/**
 * How one of several servers is chosen, and what is remembered of them for it. No I/O, no clock.
 */
@NullMarked
package dev.shunt.node.choice;

import org.jspecify.annotations.NullMarked;
