import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;

/** PostgreSQL's JDBC driver: what a BI tool asks when somebody adds a database. */
class Judge {
    public static void main(String[] arguments) throws Exception {
        try (Connection client = DriverManager.getConnection(arguments[0])) {
            Set<String> tables = new HashSet<>();
            try (ResultSet found = client.getMetaData().getTables(null, null, "%", null)) {
                while (found.next()) tables.add(found.getString("TABLE_NAME"));
            }
            check(tables.contains("boards") && tables.contains("pins"), "tables: " + tables.size());
            Set<String> columns = new HashSet<>();
            try (ResultSet found = client.getMetaData().getColumns(null, null, "boards", "%")) {
                while (found.next()) columns.add(found.getString("COLUMN_NAME") + " " + found.getString("TYPE_NAME"));
            }
            check(columns.contains("pin_count int8"), "columns: " + columns);
            int rows = 0;
            try (Statement statement = client.createStatement(); ResultSet found = statement.executeQuery(arguments[1])) {
                while (found.next()) {
                    check(found.getLong("pins") > 0, "pins");
                    rows++;
                }
            }
            check(rows > 1, "joined rows: " + rows);
            try (PreparedStatement insert = client.prepareStatement("INSERT INTO boards (name) VALUES (?)")) {
                insert.setString(1, "By JDBC");
                check(insert.executeUpdate() == 1, "insert");
            }
            try (PreparedStatement delete = client.prepareStatement("DELETE FROM boards WHERE name = ?")) {
                delete.setString(1, "By JDBC");
                check(delete.executeUpdate() == 1, "delete");
            }
            System.out.println("     jdbc: " + tables.size() + " tables, " + columns.size() + " columns of boards");
        }
    }

    private static void check(boolean holds, String what) {
        if (!holds) throw new AssertionError(what);
    }
}
