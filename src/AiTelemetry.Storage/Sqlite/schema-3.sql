-- Version 3: what commits added to the sums, one row a commit, until the sums themselves are written; AddedSum says how. A sum is what stands in rollups
-- and what stands here.
CREATE TABLE added_sums (id INTEGER PRIMARY KEY, sums BLOB NOT NULL);
