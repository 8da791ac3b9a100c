package dev.shunt.ops.admin.model;

/**
 * What became of an operator's command.
 *
 * @param changed whether anything is different now; asking twice is no error
 * @param message a sentence for a person
 */
public record Outcome(boolean changed, String message) {}
