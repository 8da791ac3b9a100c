/**
 * The label edge of a server's or a client's host: what it is told, and what it tells.
 *
 * <p>{@link dev.shunt.scheduler.xdp.XdpEdge} makes it so in a kernel.
 */
@NullMarked
package dev.shunt.scheduler.edge;

import org.jspecify.annotations.NullMarked;
