/* Where the records of a capture file lie: `split` of pcap.py and of pcapng.py, which say what they mean. */

#include "core.h"

#include <string.h>

enum { CAPTURED_FIRST, SMALLER_IS_CAPTURED, WIRE_FIRST }; /* `Lengths` of pcap.py */

static inline uint32_t word32(const uint8_t *p, bool big) {
    return big ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]
               : (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

typedef struct {
    bool big;
    uint32_t tick, longest;
    int lengths;
} Layout;

typedef struct {
    uint32_t seconds, fraction, size, wire_size;
} Record;

static bool record_at(const uint8_t *buffer, size_t at, size_t end, const Layout *layout, Record *record) {
    if (end < 16 || at > end - 16) return false;
    uint32_t first = word32(buffer + at + 8, layout->big), second = word32(buffer + at + 12, layout->big);
    bool swapped = layout->lengths == WIRE_FIRST || (layout->lengths == SMALLER_IS_CAPTURED && first > second);
    record->size = swapped ? second : first;
    record->wire_size = swapped ? first : second;
    record->seconds = word32(buffer + at, layout->big);
    record->fraction = word32(buffer + at + 4, layout->big);
    return record->size <= layout->longest && record->size <= end - at - 16;
}

/* The columns of a `FrameBatch` while they are filled. */
typedef struct {
    PyObject *bytes[5];
    unsigned long long *offset;
    unsigned long *size, *wire_size, *link;
    long long *time;
    Py_ssize_t count;
} Columns;

static const size_t widths[5] = {sizeof(long long), sizeof(long), sizeof(long), sizeof(long long), sizeof(long)};

static bool columns_init(Columns *columns, Py_ssize_t rows) {
    void *start[5] = {0};
    for (int i = 0; i < 5; i++) {
        columns->bytes[i] = PyBytes_FromStringAndSize(NULL, rows * (Py_ssize_t)widths[i]);
        if (columns->bytes[i]) start[i] = PyBytes_AsString(columns->bytes[i]);
    }
    columns->offset = start[0];
    columns->size = start[1];
    columns->wire_size = start[2];
    columns->time = start[3];
    columns->link = start[4];
    columns->count = 0;
    return columns->bytes[0] && columns->bytes[1] && columns->bytes[2] && columns->bytes[3] && columns->bytes[4];
}

static void columns_add(Columns *columns, size_t offset, uint32_t size, uint32_t wire_size, int64_t time, uint32_t link) {
    Py_ssize_t row = columns->count++;
    columns->offset[row] = offset;
    columns->size[row] = size;
    columns->wire_size[row] = wire_size;
    columns->time[row] = time;
    columns->link[row] = link;
}

static void columns_free(Columns *columns) {
    for (int i = 0; i < 5; i++) Py_XDECREF(columns->bytes[i]);
}

/* (buffer, start, big, tick, lengths, longest) to (offsets, sizes, wire sizes, times, resume), the first four as the bytes
   of arrays "Q", "L", "L", "q". Goes over the records twice: the first time to know how many they are. */
/* How many of the first sizes are smaller than the second, and the place of the first that is: `FrameBatch.cut`. */
PyObject *smaller(PyObject *self, PyObject *args) {
    (void)self;
    Py_buffer one = {0}, other = {0};
    PyObject *first, *second, *found = NULL;
    if (!PyArg_ParseTuple(args, "OO", &first, &second)) return NULL;
    if (!PyObject_GetBuffer(first, &one, PyBUF_SIMPLE) && !PyObject_GetBuffer(second, &other, PyBUF_SIMPLE)) {
        if (one.len != other.len || one.len % (Py_ssize_t)sizeof(long)) {
            PyErr_SetString(PyExc_ValueError, "arrays of different lengths");
        } else {
            const unsigned long *a = one.buf, *b = other.buf;
            Py_ssize_t rows = one.len / (Py_ssize_t)sizeof(long), count = 0, place = 0;
            for (Py_ssize_t row = rows; row-- > 0;)
                if (a[row] < b[row]) {
                    count++;
                    place = row;
                }
            found = Py_BuildValue("nn", count, place);
        }
    }
    if (one.obj) PyBuffer_Release(&one);
    if (other.obj) PyBuffer_Release(&other);
    return found;
}

PyObject *split_pcap(PyObject *self, PyObject *args) {
    (void)self;
    Py_buffer view;
    Py_ssize_t start, count = 0;
    Layout layout;
    Record record;
    Columns columns;
    PyObject *found = NULL;
    int big;
    if (!PyArg_ParseTuple(args, "y*npIiI", &view, &start, &big, &layout.tick, &layout.lengths, &layout.longest)) return NULL;
    const uint8_t *buffer = view.buf;
    size_t end = (size_t)view.len, at = start < 0 ? 0 : (size_t)start;
    layout.big = big;
    for (size_t next = at; record_at(buffer, next, end, &layout, &record); next += 16 + record.size) count++;
    if (columns_init(&columns, count)) {
        for (; columns.count < count && record_at(buffer, at, end, &layout, &record); at += 16 + record.size)
            columns_add(&columns, at + 16, record.size, record.wire_size,
                        (int64_t)record.seconds * 1000000000 + (int64_t)record.fraction * layout.tick, 0);
        found = Py_BuildValue("OOOOn", columns.bytes[0], columns.bytes[1], columns.bytes[2], columns.bytes[3], (Py_ssize_t)at);
    }
    columns_free(&columns);
    PyBuffer_Release(&view);
    return found;
}

enum { OLD_PACKET = 2, SIMPLE_PACKET = 3, ENHANCED_PACKET = 6 };

/* `Interface` of pcapng.py, as far as its numbers fit. */
typedef struct {
    uint64_t up, down;
    int64_t offset;
    uint32_t number, link, snaplen;
    bool known;
} Interface;

typedef struct {
    const uint8_t *buffer;
    size_t end, largest;
    uint32_t longest;
    bool big;
    PyObject *interfaces, *stops;
    Py_ssize_t described;
    Interface interface; /* the last one that was asked for */
} Section;

/* One block: how long it is, and what it holds. */
typedef struct {
    size_t length, data;
    uint32_t size, wire_size, link;
    int64_t time;
    bool packet;
} Block;

typedef enum { WHOLE, STOP, TWIN, ERROR } What; /* TWIN: numbers that only Python can hold */

static What interface_of(Section *section, uint32_t number) {
    Interface *known = &section->interface;
    if (known->known && known->number == number) return WHOLE;
    PyObject *fields = PyList_GetItem(section->interfaces, (Py_ssize_t)number);
    unsigned long link, snaplen;
    unsigned long long up, down;
    long long offset = 0;
    if (!fields || !PyTuple_Check(fields)) return ERROR;
    known->known = false;
    link = PyLong_AsUnsignedLong(PyTuple_GetItem(fields, 0));
    up = PyLong_AsUnsignedLongLong(PyTuple_GetItem(fields, 1));
    if (PyErr_Occurred()) return ERROR;
    down = PyLong_AsUnsignedLongLong(PyTuple_GetItem(fields, 2));
    if (!PyErr_Occurred()) offset = PyLong_AsLongLong(PyTuple_GetItem(fields, 3));
    if (PyErr_Occurred()) {
        if (!PyErr_ExceptionMatches(PyExc_OverflowError)) return ERROR;
        PyErr_Clear();
        return TWIN;
    }
    snaplen = PyLong_AsUnsignedLong(PyTuple_GetItem(fields, 4));
    if (PyErr_Occurred() || !down) return ERROR;
    *known = (Interface){up, down, offset, number, (uint32_t)link, (uint32_t)snaplen, true};
    return WHOLE;
}

static What time_of(const Interface *interface, uint64_t ticks, int64_t *time) {
    uint64_t units;
    if (__builtin_mul_overflow(ticks, interface->up, &units) || (units /= interface->down) > INT64_MAX ||
        __builtin_add_overflow((int64_t)units, interface->offset, time))
        return TWIN;
    return WHOLE;
}

/* The block at `at`. time: of the packet before it, and then its own. */
static What block_at(Section *section, size_t at, int64_t *time, Block *block) {
    if (at > section->end || section->end - at < 12) return STOP;
    const uint8_t *p = section->buffer + at;
    uint32_t kind = word32(p, section->big), number = 0;
    uint64_t length = ((uint64_t)word32(p + 4, section->big) + 3) & ~(uint64_t)3;
    size_t least = kind == ENHANCED_PACKET || kind == OLD_PACKET ? 32 : kind == SIMPLE_PACKET ? 16 : 12;
    if (length < least || length > section->largest || length > section->end - at) return STOP;
    if ((((uint64_t)word32(p + length - 4, section->big) + 3) & ~(uint64_t)3) != length) return STOP;
    block->length = length;
    block->packet = true;
    if (kind == ENHANCED_PACKET || kind == OLD_PACKET) {
        number = kind == ENHANCED_PACKET ? word32(p + 8, section->big)
                 : section->big          ? (uint32_t)p[8] << 8 | p[9]
                                         : (uint32_t)p[9] << 8 | p[8];
        block->data = at + 28;
        block->size = word32(p + 20, section->big);
        block->wire_size = word32(p + 24, section->big);
        if (number >= section->described || block->size > length - 32 || block->size > section->longest) return STOP;
        What what = interface_of(section, number);
        if (what == WHOLE)
            what = time_of(&section->interface, (uint64_t)word32(p + 12, section->big) << 32 | word32(p + 16, section->big), time);
        if (what != WHOLE) return what;
    } else if (kind == SIMPLE_PACKET) {
        if (!section->described) return STOP;
        What what = interface_of(section, 0);
        if (what != WHOLE) return what;
        uint32_t snaplen = section->interface.snaplen;
        block->data = at + 12;
        block->size = block->wire_size = word32(p + 8, section->big);
        if (snaplen && snaplen < block->size) block->size = snaplen;
        if (block->size > length - 16 || block->size > section->longest) return STOP;
    } else {
        PyObject *name = PyLong_FromUnsignedLong(kind);
        int stops = name ? PySequence_Contains(section->stops, name) : -1;
        Py_XDECREF(name);
        block->packet = false;
        return stops < 0 ? ERROR : stops ? STOP : WHOLE;
    }
    block->link = section->interface.link;
    block->time = *time;
    return WHOLE;
}

/* (buffer, start, big, interfaces, time, stops, largest, longest) to (offsets, sizes, wire sizes, times, links, resume, time),
   the first five as the bytes of arrays "Q", "L", "L", "q", "L"; None: only the twin can say. stops: blocks that are more
   than passed over. */
PyObject *split_pcapng(PyObject *self, PyObject *args) {
    (void)self;
    Py_buffer view;
    Py_ssize_t start, count = 0;
    Section section = {0};
    Columns columns;
    Block block;
    What what;
    PyObject *found = NULL;
    unsigned long long largest;
    long long before;
    int big;
    if (!PyArg_ParseTuple(args, "y*npO!LOKI", &view, &start, &big, &PyList_Type, &section.interfaces, &before, &section.stops,
                          &largest, &section.longest))
        return NULL;
    section.buffer = view.buf;
    section.end = (size_t)view.len;
    section.big = big;
    section.largest = (size_t)largest;
    section.described = PyList_Size(section.interfaces);
    size_t at = start < 0 ? 0 : (size_t)start;
    int64_t time = before;
    for (size_t next = at; (what = block_at(&section, next, &time, &block)) == WHOLE; next += block.length) count += block.packet;
    if (what == STOP && columns_init(&columns, count)) {
        time = before;
        for (; block_at(&section, at, &time, &block) == WHOLE; at += block.length)
            if (block.packet && columns.count < count)
                columns_add(&columns, block.data, block.size, block.wire_size, block.time, block.link);
        found = Py_BuildValue("OOOOOnL", columns.bytes[0], columns.bytes[1], columns.bytes[2], columns.bytes[3], columns.bytes[4],
                              (Py_ssize_t)at, (long long)time);
    }
    if (what == STOP) columns_free(&columns);
    PyBuffer_Release(&view);
    return what == TWIN ? Py_NewRef(Py_None) : found;
}
