package dev.shunt.integrationtests.tidy;

/**
 * Something that breaks a rule of the repository.
 *
 * @param path the file, relative to the repository
 * @param line counted from 1
 * @param what what was found
 * @param instead what to do instead
 */
record Violation(String path, long line, String what, String instead) {

  @Override
  public String toString() {
    return path + ":" + line + ": " + what + "; " + instead;
  }
}
