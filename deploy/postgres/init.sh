#!/bin/sh
# Runs once, when the data directory is made: the processes get a role that owns their database and is no superuser.
set -eu
# The password goes through a variable of psql, so that it stands in no command line and in no statement that is logged.
PASSWORD_FILE="${PASSWORD_FILE:-/run/secrets/postgres_password}" psql --no-psqlrc --quiet -v ON_ERROR_STOP=1 <<'SQL'
\set password `cat "$PASSWORD_FILE"`
SET log_statement = 'none';
CREATE ROLE nhip LOGIN PASSWORD :'password';
CREATE DATABASE nhip OWNER nhip;
REVOKE ALL ON DATABASE nhip FROM PUBLIC;
SQL
