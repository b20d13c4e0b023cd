/* Where the records of a capture file lie: `split` of pcap.py, which says what they mean. */

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

/* (buffer, start, big, tick, lengths, longest) to (offsets, sizes, wire sizes, times, resume), the first four as the bytes
   of arrays "Q", "L", "L", "q". Goes over the records twice: the first time to know how many they are. */
PyObject *split_pcap(PyObject *self, PyObject *args) {
    (void)self;
    Py_buffer view;
    Py_ssize_t start, count = 0;
    Layout layout;
    Record record;
    int big;
    if (!PyArg_ParseTuple(args, "y*npIiI", &view, &start, &big, &layout.tick, &layout.lengths, &layout.longest)) return NULL;
    const uint8_t *buffer = view.buf;
    size_t end = (size_t)view.len, at = start < 0 ? 0 : (size_t)start;
    layout.big = big;
    for (size_t next = at; record_at(buffer, next, end, &layout, &record); next += 16 + record.size) count++;
    PyObject *arrays[4];
    const size_t widths[4] = {sizeof(long long), sizeof(long), sizeof(long), sizeof(long long)};
    bool good = true;
    for (int i = 0; i < 4; i++) good &= !!(arrays[i] = PyBytes_FromStringAndSize(NULL, count * (Py_ssize_t)widths[i]));
    if (good) {
        unsigned long long *offset = (void *)PyBytes_AsString(arrays[0]);
        unsigned long *size = (void *)PyBytes_AsString(arrays[1]), *wire_size = (void *)PyBytes_AsString(arrays[2]);
        long long *time = (void *)PyBytes_AsString(arrays[3]);
        for (; count && record_at(buffer, at, end, &layout, &record); at += 16 + record.size) {
            *offset++ = at + 16;
            *size++ = record.size;
            *wire_size++ = record.wire_size;
            *time++ = (long long)record.seconds * 1000000000 + (long long)record.fraction * layout.tick;
        }
    }
    PyBuffer_Release(&view);
    if (good) return Py_BuildValue("NNNNn", arrays[0], arrays[1], arrays[2], arrays[3], (Py_ssize_t)at);
    for (int i = 0; i < 4; i++) Py_XDECREF(arrays[i]);
    return NULL;
}
