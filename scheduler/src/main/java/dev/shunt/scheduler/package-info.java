/**
 * Where a new session goes, and making the kernel do so (layer 4).
 *
 * <p>{@link dev.shunt.scheduler.Scheduler} turns services, view and health into an immutable {@link
 * dev.shunt.scheduler.DispatchTable}; the {@link dev.shunt.scheduler.DataPlane} applies it.
 */
package dev.shunt.scheduler;
