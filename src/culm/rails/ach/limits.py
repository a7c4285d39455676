"""Every limit of the codec, named. What passes a limit is reported, never silently cut off."""

RECORD_CHARS = 94
"""A record's length (Nacha Operating Rules, Appendix Three, File Header Record: Record Size)."""

BLOCKING_FACTOR = 10
"""Records in a block (Appendix Three, File Header Record: Blocking Factor)."""

MAX_FILE_BYTES = 1_000_000_000
"""Decompressed size at which reading stops. The File Control Record counts blocks of 940
characters in six digits, so no file can honestly be larger than 939,999,060 characters and its
line endings; whatever is, is a mistake or a decompression bomb."""

MAX_LINE_BYTES = 4_096
"""The longest stretch without a line ending that is held in one piece. What is longer is cut into
records of 94 bytes as it comes, so that a file without line endings needs no more memory."""

MAX_DEVIATIONS = 10_000
"""Errors listed before reading stops: by then the file is not what it says it is."""

MAX_WARNINGS_PER_CODE = 100
"""Warnings of one code that are listed one by one; the rest are counted in a last one."""

MAX_BATCHES = 100_000
"""Batches in a file before reading stops: the report keeps a line for each."""

MAX_EMPTY_LINES = 100_000
"""Blank lines, and records of nines, before reading stops: they carry nothing, and a small
compressed file could hold enough of them to keep a reader busy for an hour."""

MAX_ENDING_CHANGES = 10_000
"""Changes of line ending that a file's physical layout remembers before reading stops."""

MAX_ADDENDA = 9_999
"""Addenda records that one entry may carry (CTX, TRX, ATX and ENR: four digits count them)."""

MAX_BATCH_RECORDS = 999_999
"""Entry detail and addenda records in one batch: six digits count them in its control."""

CHUNK_BYTES = 262_144
"""Bytes taken from the stream, or out of the decompressor, at a time."""
