package dev.shunt.ops.cli;

import dev.shunt.ops.config.HostEnvironment;
import dev.shunt.ops.config.StageSettings;

/**
 * What the commands need of the world.
 *
 * @param environment variables, user, paths
 * @param version of the software
 * @param daemon starts what {@code run} runs
 * @param stages asks the stages' providers about their settings
 */
public record Host(
    HostEnvironment environment,
    String version,
    DaemonStarter daemon,
    StageSettings.Check stages) {}
