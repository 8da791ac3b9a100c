package dev.shunt.integrationtests.tidy;

import com.sun.source.tree.ImportTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreeScanner;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Finds the fully qualified names that a file uses, in imports and in its code. */
final class QualifiedNames extends TreeScanner<Void, Map<Tree, String>> {

  /** Two or more packages and then a type, which no chain of fields looks like. */
  private static final Pattern TYPE = Pattern.compile("[a-z]\\w*(\\.[a-z]\\w*)+\\.[A-Z]\\w*.*");

  private QualifiedNames() {}

  static Map<Tree, String> of(JavaFile file) {
    Map<Tree, String> names = new LinkedHashMap<>();
    file.tree().getImports().forEach(one -> names.put(one, name(one)));
    QualifiedNames scanner = new QualifiedNames();
    file.tree().getTypeDecls().forEach(type -> type.accept(scanner, names));
    return names;
  }

  @Override
  public Void visitMemberSelect(MemberSelectTree select, Map<Tree, String> names) {
    String name = select.toString();
    if (TYPE.matcher(name).matches() && name.indexOf('(') < 0) {
      names.put(select, name);
      return null;
    }
    return super.visitMemberSelect(select, names);
  }

  private static String name(ImportTree one) {
    return one.getQualifiedIdentifier().toString();
  }
}
