-- Records that wait for the server, one line of JSON each, under their ids.
CREATE TABLE waiting (id BLOB NOT NULL PRIMARY KEY, line BLOB NOT NULL) WITHOUT ROWID;
