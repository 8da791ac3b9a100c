package dev.shunt.ops.admin.model;

/**
 * What runs.
 *
 * @param version of the software
 * @param java version of the virtual machine
 * @param api version of the admin API, the {@code v1} of its paths
 */
public record Version(String version, String java, int api) {}
