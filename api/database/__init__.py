"""The service's database: tables as SQLModel classes, engines, migrations. SQLite, PostgreSQL or MariaDB by URL."""
