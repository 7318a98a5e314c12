-- SPDX-FileCopyrightText: The Quarterdeck authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- On a server with TimescaleDB the tables that grow are cut into chunks of time, and chunks that are no longer written
-- to are compressed: one column of one instrument beside the other, newest first, as they are read. What arrives late
-- goes into a compressed chunk as into any other. Run once, with this schema and that of the extension in the search
-- path.

CREATE FUNCTION now_microseconds() RETURNS bigint LANGUAGE sql STABLE
    AS $$ SELECT (extract(epoch FROM now()) * 1000000)::bigint $$;

SELECT create_hypertable('candles', 'open_time', chunk_time_interval => 7776000000000, create_default_indexes => false,
                         migrate_data => true);
ALTER TABLE candles SET (timescaledb.compress, timescaledb.compress_segmentby = 'instrument, timeframe',
    timescaledb.compress_orderby = 'open_time DESC');
SELECT set_integer_now_func('candles', 'now_microseconds');
SELECT add_compression_policy('candles', compress_after => 7776000000000::bigint);

SELECT create_hypertable('trades', 'time', chunk_time_interval => 86400000000, create_default_indexes => false,
                         migrate_data => true);
ALTER TABLE trades SET (timescaledb.compress, timescaledb.compress_segmentby = 'instrument',
    timescaledb.compress_orderby = 'time DESC, id DESC');
SELECT set_integer_now_func('trades', 'now_microseconds');
SELECT add_compression_policy('trades', compress_after => 604800000000::bigint);

SELECT create_hypertable('candles_5m', 'open_time', chunk_time_interval => 7776000000000, create_default_indexes => false,
                         migrate_data => true);
ALTER TABLE candles_5m SET (timescaledb.compress, timescaledb.compress_segmentby = 'instrument',
    timescaledb.compress_orderby = 'open_time DESC');
SELECT set_integer_now_func('candles_5m', 'now_microseconds');
SELECT add_compression_policy('candles_5m', compress_after => 7776000000000::bigint);

SELECT create_hypertable('candles_15m', 'open_time', chunk_time_interval => 7776000000000, create_default_indexes => false,
                         migrate_data => true);
ALTER TABLE candles_15m SET (timescaledb.compress, timescaledb.compress_segmentby = 'instrument',
    timescaledb.compress_orderby = 'open_time DESC');
SELECT set_integer_now_func('candles_15m', 'now_microseconds');
SELECT add_compression_policy('candles_15m', compress_after => 7776000000000::bigint);

SELECT create_hypertable('candles_30m', 'open_time', chunk_time_interval => 7776000000000, create_default_indexes => false,
                         migrate_data => true);
ALTER TABLE candles_30m SET (timescaledb.compress, timescaledb.compress_segmentby = 'instrument',
    timescaledb.compress_orderby = 'open_time DESC');
SELECT set_integer_now_func('candles_30m', 'now_microseconds');
SELECT add_compression_policy('candles_30m', compress_after => 7776000000000::bigint);

SELECT create_hypertable('candles_1h', 'open_time', chunk_time_interval => 77760000000000, create_default_indexes => false,
                         migrate_data => true);
ALTER TABLE candles_1h SET (timescaledb.compress, timescaledb.compress_segmentby = 'instrument',
    timescaledb.compress_orderby = 'open_time DESC');
SELECT set_integer_now_func('candles_1h', 'now_microseconds');
SELECT add_compression_policy('candles_1h', compress_after => 77760000000000::bigint);

SELECT create_hypertable('candles_4h', 'open_time', chunk_time_interval => 77760000000000, create_default_indexes => false,
                         migrate_data => true);
ALTER TABLE candles_4h SET (timescaledb.compress, timescaledb.compress_segmentby = 'instrument',
    timescaledb.compress_orderby = 'open_time DESC');
SELECT set_integer_now_func('candles_4h', 'now_microseconds');
SELECT add_compression_policy('candles_4h', compress_after => 77760000000000::bigint);

SELECT create_hypertable('candles_12h', 'open_time', chunk_time_interval => 77760000000000, create_default_indexes => false,
                         migrate_data => true);
ALTER TABLE candles_12h SET (timescaledb.compress, timescaledb.compress_segmentby = 'instrument',
    timescaledb.compress_orderby = 'open_time DESC');
SELECT set_integer_now_func('candles_12h', 'now_microseconds');
SELECT add_compression_policy('candles_12h', compress_after => 77760000000000::bigint);

SELECT create_hypertable('candles_1d', 'open_time', chunk_time_interval => 777600000000000, create_default_indexes => false,
                         migrate_data => true);
ALTER TABLE candles_1d SET (timescaledb.compress, timescaledb.compress_segmentby = 'instrument',
    timescaledb.compress_orderby = 'open_time DESC');
SELECT set_integer_now_func('candles_1d', 'now_microseconds');
SELECT add_compression_policy('candles_1d', compress_after => 777600000000000::bigint);

SELECT create_hypertable('candles_1w', 'open_time', chunk_time_interval => 777600000000000, create_default_indexes => false,
                         migrate_data => true);
ALTER TABLE candles_1w SET (timescaledb.compress, timescaledb.compress_segmentby = 'instrument',
    timescaledb.compress_orderby = 'open_time DESC');
SELECT set_integer_now_func('candles_1w', 'now_microseconds');
SELECT add_compression_policy('candles_1w', compress_after => 777600000000000::bigint);

