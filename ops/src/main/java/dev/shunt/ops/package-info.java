/** Everything a person or an init system touches; {@link dev.shunt.ops.Main} is where it starts. */
package dev.shunt.ops;
