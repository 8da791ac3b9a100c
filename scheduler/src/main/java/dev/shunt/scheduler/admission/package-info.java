/** Admission control by load (claim L4): which share of new sessions is refused. Pure. */
@NullMarked
package dev.shunt.scheduler.admission;

import org.jspecify.annotations.NullMarked;
