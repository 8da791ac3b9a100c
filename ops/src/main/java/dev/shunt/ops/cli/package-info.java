/**
 * The commands: {@link dev.shunt.ops.cli.Cli} has the table of them.
 *
 * <p>A command is quick to start: it loads neither the network libraries nor the logging of the
 * daemon. Those that ask a daemon do so through its admin API.
 */
package dev.shunt.ops.cli;
