/** What a running daemon is made of, below {@link dev.shunt.ops.Daemon}. */
package dev.shunt.ops.daemon;
