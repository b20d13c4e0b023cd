/* Who wants a frame: `Selector` of wants.py, as tables that are looked up by number. */

#include "core.h"

#include <stdlib.h>
#include <string.h>

enum { TCP = 6, UDP = 17, ICMP6 = 58 };

static bool mask_from(PyObject *number, Mask *mask) {
    PyObject *bytes = PyObject_CallMethod(number, "to_bytes", "is", (int)sizeof mask->word, "little");
    if (!bytes) return false; /* OverflowError: more observers than bits */
    const uint8_t *byte = (const uint8_t *)PyBytes_AsString(bytes);
    memset(mask, 0, sizeof *mask);
    for (size_t i = 0; byte && i < sizeof mask->word; i++) mask->word[i / 8] |= (uint64_t)byte[i] << (i % 8 * 8);
    Py_DECREF(bytes);
    return byte != NULL;
}

PyObject *mask_number(const Mask *mask) {
    int words = WORDS;
    while (words > 1 && !mask->word[words - 1]) words--;
    PyObject *number = PyLong_FromUnsignedLongLong(mask->word[--words]);
    if (!words) return number;
    PyObject *width = PyLong_FromLong(64);
    while (number && width && words--) {
        PyObject *low = PyLong_FromUnsignedLongLong(mask->word[words]), *high = PyNumber_Lshift(number, width);
        Py_DECREF(number);
        number = low && high ? PyNumber_Or(high, low) : NULL;
        Py_XDECREF(low);
        Py_XDECREF(high);
    }
    Py_XDECREF(width);
    return number;
}

/* {number: mask} as a table; numbers that do not fit belong to frames the core does not read. */
static bool wanted_init(Wanted *wanted, uint32_t numbers, PyObject *table) {
    if (!PyDict_Check(table)) {
        PyErr_SetString(PyExc_TypeError, "a selection is made of dicts");
        return false;
    }
    PyObject *key, *value;
    Py_ssize_t at = 0, size = PyDict_Size(table);
    wanted->numbers = numbers;
    wanted->index = calloc(numbers, sizeof *wanted->index);
    wanted->masks = calloc((size_t)size + 1, sizeof *wanted->masks);
    if (!wanted->index || !wanted->masks || size >= UINT16_MAX) {
        PyErr_NoMemory();
        return false;
    }
    for (uint16_t next = 1; PyDict_Next(table, &at, &key, &value); next++) {
        unsigned long long number = PyLong_AsUnsignedLongLong(key);
        if (PyErr_Occurred() || !mask_from(value, &wanted->masks[next])) return false;
        if (number < numbers) wanted->index[number] = next;
    }
    return true;
}

static void wanted_free(Wanted *wanted) {
    free(wanted->index);
    free(wanted->masks);
}

static int by_bytes(const void *one, const void *other) {
    const Prefix *a = one, *b = other;
    return memcmp(a->bytes, b->bytes, 2);
}

/* [(bytes, mask)], each at least two bytes long. */
static bool prefixes_init(Selection *selection, PyObject *list) {
    Py_ssize_t count = PySequence_Size(list);
    if (count < 0) return false;
    selection->prefixes = calloc((size_t)count + 1, sizeof *selection->prefixes);
    if (!selection->prefixes) {
        PyErr_NoMemory();
        return false;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        Prefix *prefix = &selection->prefixes[i];
        PyObject *pair = PySequence_GetItem(list, i), *number;
        char *bytes;
        Py_ssize_t size;
        bool good = pair && PyArg_ParseTuple(pair, "SO", &number, &number) &&
                    PyArg_ParseTuple(pair, "y#O", &bytes, &size, &number) && mask_from(number, &prefix->mask);
        if (good && (size < 2 || size > LONGEST_PREFIX)) {
            PyErr_SetString(PyExc_ValueError, "a prefix has 2 to 64 bytes");
            good = false;
        }
        if (good) memcpy(prefix->bytes, bytes, prefix->size = (size_t)size);
        Py_XDECREF(pair);
        if (!good) return false;
    }
    qsort(selection->prefixes, (size_t)count, sizeof *selection->prefixes, by_bytes);
    for (uint32_t head = 0, at = 0; head <= 65536; head++) {
        while (at < count && ((uint32_t)selection->prefixes[at].bytes[0] << 8 | selection->prefixes[at].bytes[1]) < head) at++;
        selection->first_prefix[head] = at;
    }
    return true;
}

bool selection_init(Selection *selection, PyObject *tables) {
    PyObject *types, *udp, *tcp, *icmp6, *protocols, *prefixes, *unread, *joined, *port, *bits;
    if (!PyArg_ParseTuple(tables, "OOOOOOO!O", &types, &udp, &tcp, &icmp6, &protocols, &prefixes, &PyDict_Type, &unread,
                          &joined))
        return false;
    if (!wanted_init(&selection->types, 65536, types) || !wanted_init(&selection->udp, 65536, udp) ||
        !wanted_init(&selection->tcp, 65536, tcp) || !wanted_init(&selection->icmp6, 256, icmp6) ||
        !wanted_init(&selection->protocols, 256, protocols) || !prefixes_init(selection, prefixes) ||
        !mask_from(joined, &selection->joined))
        return false;
    for (Py_ssize_t at = 0; PyDict_Next(unread, &at, &port, &bits);) {
        unsigned long long number = PyLong_AsUnsignedLongLong(port), mask = PyLong_AsUnsignedLongLong(bits);
        if (PyErr_Occurred()) return false;
        if (number < 65536) selection->unread[number] = mask;
    }
    return true;
}

void selection_free(Selection *selection) {
    wanted_free(&selection->types);
    wanted_free(&selection->udp);
    wanted_free(&selection->tcp);
    wanted_free(&selection->icmp6);
    wanted_free(&selection->protocols);
    free(selection->prefixes);
}

static bool join(Mask *mask, const Wanted *wanted, uint32_t number) {
    uint16_t which = number < wanted->numbers ? wanted->index[number] : 0;
    for (int i = 0; which && i < WORDS; i++) mask->word[i] |= wanted->masks[which].word[i];
    return which;
}

static bool tcp(const Selection *selection, const uint8_t *payload, size_t size, const Headers *frame, Mask *mask) {
    bool any = join(mask, &selection->tcp, frame->src_port) | join(mask, &selection->tcp, frame->dst_port);
    if (size < 2) return any;
    uint32_t head = (uint32_t)payload[0] << 8 | payload[1];
    for (uint32_t at = selection->first_prefix[head]; at < selection->first_prefix[head + 1]; at++) {
        const Prefix *prefix = &selection->prefixes[at];
        if (size < prefix->size || memcmp(payload, prefix->bytes, prefix->size)) continue;
        for (int i = 0; i < WORDS; i++) mask->word[i] |= prefix->mask.word[i];
        any = true;
    }
    return any;
}

bool who_wants(const Selection *selection, const uint8_t *buffer, const Headers *frame, Mask *mask, uint64_t *unread) {
    const uint8_t *payload = buffer + frame->at;
    size_t size = frame->have - frame->at;
    memset(mask, 0, sizeof *mask);
    *unread = 0;
    if (!frame->protocol) return join(mask, &selection->types, frame->kind);
    if (!size) return false;
    if (frame->protocol == TCP) return tcp(selection, payload, size, frame, mask);
    if (frame->protocol == ICMP6) return join(mask, &selection->icmp6, payload[0]);
    if (frame->protocol != UDP) return join(mask, &selection->protocols, (uint32_t)frame->protocol);
    bool source = join(mask, &selection->udp, frame->src_port), target = join(mask, &selection->udp, frame->dst_port);
    if (source || target)
        *unread = (source ? selection->unread[frame->src_port] : UINT64_MAX) &
                  (target ? selection->unread[frame->dst_port] : UINT64_MAX);
    return source || target;
}
