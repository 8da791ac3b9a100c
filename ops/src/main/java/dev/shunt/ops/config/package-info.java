/**
 * {@code shunt.yaml} and flags, read into records that are valid: {@link
 * dev.shunt.ops.config.ArrayConfig} is what all members share, {@link
 * dev.shunt.ops.config.LocalConfig} what is this host's own.
 */
package dev.shunt.ops.config;
