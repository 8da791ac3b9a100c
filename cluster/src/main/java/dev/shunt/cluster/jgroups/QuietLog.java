package dev.shunt.cluster.jgroups;

import dev.shunt.cluster.local.OncePerMinute;
import java.util.IllegalFormatException;
import java.util.Locale;
import org.jgroups.logging.CustomLogFactory;
import org.jgroups.logging.Log;
import org.jgroups.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * What JGroups logs, sent to SLF4J with a lower voice: its information is debugging to an array's
 * operator, its errors are warnings, and the same warning is said once a minute.
 */
final class QuietLog implements Log {

  /**
   * Warned about for addresses that no interface bears, such as 127.0.0.2; no multicast is used.
   */
  private static final String MULTICAST_INTERFACE = "failed setting interface";

  private final Logger logger;
  private final OncePerMinute complaints = new OncePerMinute();

  private QuietLog(Logger logger) {
    this.logger = logger;
  }

  /** From now on, all of JGroups in this virtual machine logs this way. */
  static void install() {
    LogFactory.setCustomLogFactory(
        new CustomLogFactory() {
          @Override
          public Log getLog(Class<?> clazz) {
            return new QuietLog(LoggerFactory.getLogger(clazz));
          }

          @Override
          public Log getLog(String category) {
            return new QuietLog(LoggerFactory.getLogger(category));
          }
        });
  }

  private void complain(String format, @Nullable Throwable cause, @Nullable Object... arguments) {
    if (format.startsWith(MULTICAST_INTERFACE)) {
      say(Level.DEBUG, format, arguments);
    } else if (logger.isWarnEnabled() && complaints.mayComplain(format)) {
      logger.warn(text(format, arguments), cause);
    }
  }

  private void say(Level level, String format, @Nullable Object... arguments) {
    if (logger.isEnabledForLevel(level)) {
      logger.atLevel(level).log(text(format, arguments));
    }
  }

  @SuppressWarnings("AnnotateFormatMethod") // the formats are JGroups', checked by nobody
  private static String text(String format, @Nullable Object... arguments) {
    try {
      return arguments.length == 0 ? format : String.format(Locale.ROOT, format, arguments);
    } catch (IllegalFormatException e) {
      return format;
    }
  }

  @Override
  public boolean isFatalEnabled() {
    return logger.isWarnEnabled();
  }

  @Override
  public boolean isErrorEnabled() {
    return logger.isWarnEnabled();
  }

  @Override
  public boolean isWarnEnabled() {
    return logger.isWarnEnabled();
  }

  @Override
  public boolean isInfoEnabled() {
    return logger.isDebugEnabled();
  }

  @Override
  public boolean isDebugEnabled() {
    return logger.isDebugEnabled();
  }

  @Override
  public boolean isTraceEnabled() {
    return logger.isTraceEnabled();
  }

  @Override
  public void fatal(String message) {
    complain(message, null);
  }

  @Override
  public void fatal(String format, Object... arguments) {
    complain(format, null, arguments);
  }

  @Override
  public void fatal(String message, Throwable cause) {
    complain(message, cause);
  }

  @Override
  public void error(String message) {
    complain(message, null);
  }

  @Override
  public void error(String format, Object... arguments) {
    complain(format, null, arguments);
  }

  @Override
  public void error(String message, Throwable cause) {
    complain(message, cause);
  }

  @Override
  public void warn(String message) {
    complain(message, null);
  }

  @Override
  public void warn(String format, Object... arguments) {
    complain(format, null, arguments);
  }

  @Override
  public void warn(String message, Throwable cause) {
    complain(message, cause);
  }

  @Override
  public void info(String message) {
    say(Level.DEBUG, message);
  }

  @Override
  public void info(String format, Object... arguments) {
    say(Level.DEBUG, format, arguments);
  }

  @Override
  public void debug(String message) {
    say(Level.DEBUG, message);
  }

  @Override
  public void debug(String format, Object... arguments) {
    say(Level.DEBUG, format, arguments);
  }

  @Override
  public void debug(String message, Throwable cause) {
    logger.debug(message, cause);
  }

  @Override
  public void trace(Object message) {
    say(Level.TRACE, String.valueOf(message));
  }

  @Override
  public void trace(String message) {
    say(Level.TRACE, message);
  }

  @Override
  public void trace(String format, Object... arguments) {
    say(Level.TRACE, format, arguments);
  }

  @Override
  public void trace(String message, Throwable cause) {
    logger.trace(message, cause);
  }

  /** Levels are SLF4J's business. */
  @Override
  public void setLevel(String level) {}

  @Override
  public String getLevel() {
    return logger.isTraceEnabled() ? "trace" : logger.isDebugEnabled() ? "debug" : "warn";
  }
}
