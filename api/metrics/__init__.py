"""What can be measured of the service: figures kept in the database, and the page that Prometheus reads."""
