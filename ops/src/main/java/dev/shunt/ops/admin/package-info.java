/**
 * The admin API: {@link dev.shunt.ops.admin.AdminServer} serves the port {@link
 * dev.shunt.ops.admin.ArrayControl} over HTTP.
 */
package dev.shunt.ops.admin;
