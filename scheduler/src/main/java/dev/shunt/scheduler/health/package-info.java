/**
 * Half-open TCP checks by raw frames: a SYN, and what comes back.
 *
 * <p>{@link dev.shunt.scheduler.xdp.VipChecks} puts them on a wire.
 */
@NullMarked
package dev.shunt.scheduler.health;

import org.jspecify.annotations.NullMarked;
