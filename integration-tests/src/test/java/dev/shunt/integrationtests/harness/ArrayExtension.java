package dev.shunt.integrationtests.harness;

import java.nio.file.Path;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * Gives a test the run's shared array, whole; keeps logs and captures of a test that failed in
 * {@code target/evidence}.
 */
public final class ArrayExtension
    implements BeforeEachCallback, ParameterResolver, TestExecutionExceptionHandler {

  private static final Namespace NAMESPACE = Namespace.create(ArrayExtension.class);
  private static final int MEMBERS = 3;

  @Override
  public void beforeEach(ExtensionContext context) {
    Requirements.root();
    array(context).mend();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == TestArray.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return array(context);
  }

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    Path evidence =
        Path.of(
            "target",
            "evidence",
            context.getRequiredTestClass().getSimpleName()
                + "."
                + context.getRequiredTestMethod().getName());
    array(context).lab().collectEvidence(evidence);
    System.err.println("evidence of the failure: " + evidence.toAbsolutePath());
    throw failure;
  }

  private static TestArray array(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent("array", key -> TestArray.of(MEMBERS), TestArray.class);
  }
}
