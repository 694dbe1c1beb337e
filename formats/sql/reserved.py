"""Words that no dialect takes as the bare name of a table or of a column: facts of the dialects' grammars.

PostgreSQL 15 and 18, MariaDB 10.11 and SQLite 3 were asked, word by word; the others are those of ISO/IEC 9075:2016 and
of the manuals of MySQL 8.4, SQL Server 2022 and Oracle 23. A word too many does no harm: the name stands in quotes.
"""

from __future__ import annotations

from collections.abc import Mapping


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ANYWHERE = _words(
    """
    accessible add all alter analyse analyze and any array as asc asensitive asymmetric authorization before between
    bigint binary blob both by call cascade case cast change char character check collate collation column commit
    concurrently condition constraint continue convert create cross current_catalog current_date current_role
    current_schema current_time current_timestamp current_user cursor databases day_hour day_microsecond day_minute
    day_second dec decimal declare default deferrable delayed delete delete_domain_id desc describe deterministic
    distinct distinctrow div do do_domain_ids double drop dual each else elseif enclosed end escape escaped except
    exists exit explain false fetch float float4 float8 for force foreign freeze from full fulltext grant group
    having high_priority hour_microsecond hour_minute hour_second if ignore ignore_domain_ids ilike in index infile
    initially inner inout insensitive insert int int1 int2 int3 int4 int8 integer intersect interval into is isnull
    iterate join key keys kill lateral leading leave left like limit linear lines load localtime localtimestamp lock
    long longblob longtext loop low_priority master_demote_to_replica master_demote_to_slave
    master_ssl_verify_server_cert match maxvalue mediumblob mediumint mediumtext middleint minute_microsecond
    minute_second mod modifies natural no_write_to_binlog not nothing notnull null numeric offset on only optimize
    optionally or order out outer outfile over overlaps page_checksum parse_vcol_expr partition placing portion
    precision primary procedure purge range read read_write reads real recursive ref_system_id references regexp
    release rename repeat replace require resignal restrict return returning revoke right rlike row_number rows
    schemas second_microsecond select sensitive separator session_user set show signal similar smallint some spatial
    specific sql sql_big_result sql_calc_found_rows sql_small_result sqlexception sqlstate sqlwarning ssl starting
    stats_auto_recalc stats_persistent stats_sample_pages straight_join symmetric system_user table tablesample
    terminated then tinyblob tinyint tinytext to trailing transaction trigger true undo union unique unlock unsigned
    update usage use user using utc_date utc_time utc_timestamp values varbinary varchar varcharacter variadic
    varying verbose when where while window with write xor year_month zerofill
    """
)
"""What PostgreSQL, MariaDB or SQLite refuses."""

MYSQL = _words(
    """
    cube cume_dist dense_rank empty first_value function generated get grouping groups io_after_gtids
    io_before_gtids json_table lag last_value lead library manual master_bind nth_value ntile of optimizer_costs
    parallel percent_rank qualify rank row sql_after_gtids sql_before_gtids stored system virtual
    """
)
SQLSERVER = _words(
    """
    backup begin break browse bulk checkpoint close clustered coalesce compute contains containstable current
    database dbcc deallocate deny disk distributed dump errlvl exec execute external file fillfactor freetext
    freetexttable function goto holdlock identity identity_insert identitycol kill lineno load merge national
    nocheck nonclustered nullif of off offsets open opendatasource openquery openrowset openxml option percent pivot
    plan print proc public raiserror readtext reconfigure replication revert rollback rowcount rowguidcol rule save
    schema securityaudit semantickeyphrasetable semanticsimilaritydetailstable semanticsimilaritytable setuser
    shutdown statistics system_user textsize top tran truncate try_convert tsequal unpivot updatetext view waitfor
    within writetext
    """
)
ORACLE = _words(
    """
    access audit cluster columns comment compress current date exclusive file identified immediate increment initial
    level maxextents minus mlslabel mode modify nested_table_id noaudit nocompress nowait number of offline online
    option pctfree prior privileges public raw resource row rowid rownum session share size start successful synonym
    sysdate uid validate varchar2 view whenever
    """
)
ANSI = _words(
    """
    abs acos allocate are array_agg array_max_cardinality asin at atan atomic avg begin begin_frame begin_partition
    boolean called cardinality cascaded ceil ceiling char_length character_length classifier clob close coalesce
    collect connect contains copy corr corresponding cos cosh count covar_pop covar_samp cube cume_dist current
    current_default_transform_group current_path current_row current_transform_group_for_type cycle date day
    deallocate decfloat define dense_rank deref disconnect dynamic element empty end_frame end_partition equals
    every exec execute exp external extract filter first_value floor frame_row free function fusion get global
    grouping groups hold hour identity indicator initial intersection json_array json_arrayagg json_exists
    json_object json_objectagg json_query json_table json_table_primitive json_value lag language large last_value
    lead like_regex listagg ln local log log10 lower match_number match_recognize matches max member merge method
    min minute module month multiset national nchar nclob new no none normalize nth_value ntile nullif
    occurrences_regex octet_length of old omit one open overlay parameter pattern per percent percent_rank
    percentile_cont percentile_disc period permute position position_regex power precedes prepare ptf rank ref
    referencing regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy result
    rollback rollup row running savepoint scope scroll search second seek sin sinh skip specifictype sqrt start
    static stddev_pop stddev_samp submultiset subset substring substring_regex succeeds sum system system_time
    system_user tan tanh time timestamp timezone_hour timezone_minute translate translate_regex translation treat
    trim trim_array truncate uescape unknown unnest upper value value_of var_pop var_samp versioning whenever
    width_bucket within without year
    """
)

RESERVED: Mapping[str, frozenset[str]] = {
    "postgresql": ANYWHERE,
    "mysql": ANYWHERE | MYSQL,
    "sqlite": ANYWHERE,
    "ansi": ANYWHERE | ANSI,
    "sqlserver": ANYWHERE | SQLSERVER,
    "oracle": ANYWHERE | ORACLE,
}
