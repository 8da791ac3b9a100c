/** Reacts to leadership: makes the virtual IPs ours, tells the network, and prepares the host. */
package dev.shunt.scheduler.vip;
