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

static int by_key(const void *one, const void *other) {
    uint32_t a = ((const Head *)one)->key, b = ((const Head *)other)->key;
    return (a > b) - (a < b);
}

static bool head_from(PyObject *pair, Head *head) {
    char *bytes;
    Py_ssize_t size;
    PyObject *number;
    if (!PyTuple_Check(pair) || !PyArg_ParseTuple(pair, "y#O", &bytes, &size, &number)) return false;
    if (size < 1 || size > LONGEST_PREFIX) {
        PyErr_SetString(PyExc_ValueError, "a head has 1 to 64 bytes");
        return false;
    }
    memcpy(head->bytes, bytes, head->size = (size_t)size);
    return mask_from(number, &head->mask);
}

/* {key: [(bytes, mask)]} */
static bool heads_init(Heads *heads, PyObject *table) {
    PyObject *key, *list;
    Py_ssize_t count = 0;
    uint32_t next = 0;
    if (!PyDict_Check(table)) {
        PyErr_SetString(PyExc_TypeError, "heads are a dict");
        return false;
    }
    for (Py_ssize_t at = 0; PyDict_Next(table, &at, &key, &list);) {
        Py_ssize_t more = PyList_Size(list);
        if (more < 0) return false;
        count += more;
    }
    heads->rows = calloc((size_t)count + 1, sizeof *heads->rows);
    heads->first = calloc(65537, sizeof *heads->first);
    if (!heads->rows || !heads->first) {
        PyErr_NoMemory();
        return false;
    }
    for (Py_ssize_t at = 0; PyDict_Next(table, &at, &key, &list);) {
        unsigned long number = PyLong_AsUnsignedLong(key);
        for (Py_ssize_t i = 0; i < PyList_Size(list); i++, next++) {
            if (PyErr_Occurred() || next >= count || !head_from(PyList_GetItem(list, i), &heads->rows[next])) return false;
            heads->rows[next].key = (uint32_t)number;
        }
    }
    qsort(heads->rows, next, sizeof *heads->rows, by_key);
    for (uint32_t number = 0, at = 0; number <= 65536; number++) {
        while (at < next && heads->rows[at].key < number) at++;
        heads->first[number] = at;
    }
    return true;
}

static void heads_free(Heads *heads) {
    free(heads->rows);
    free(heads->first);
}

bool selection_init(Selection *selection, PyObject *tables) {
    PyObject *types, *udp, *tcp, *icmp6, *protocols, *udp_heads, *tcp_heads, *prefixes, *unread, *any_peer, *joined,
        *port, *bits;
    if (!PyArg_ParseTuple(tables, "OOOOOOOOO!O!O", &types, &udp, &tcp, &icmp6, &protocols, &udp_heads, &tcp_heads, &prefixes,
                          &PyDict_Type, &unread, &PyDict_Type, &any_peer, &joined))
        return false;
    if (!wanted_init(&selection->types, 65536, types) || !wanted_init(&selection->udp, 65536, udp) ||
        !wanted_init(&selection->tcp, 65536, tcp) || !wanted_init(&selection->icmp6, 256, icmp6) ||
        !wanted_init(&selection->protocols, 256, protocols) || !heads_init(&selection->udp_heads, udp_heads) ||
        !heads_init(&selection->tcp_heads, tcp_heads) || !heads_init(&selection->tcp_prefixes, prefixes) ||
        !mask_from(joined, &selection->joined))
        return false;
    selection->unread = malloc(65536 * sizeof *selection->unread);
    selection->peers = calloc(65536, sizeof *selection->peers);
    if (!selection->unread || !selection->peers) {
        PyErr_NoMemory();
        return false;
    }
    memset(selection->unread, 0xFF, 65536 * sizeof *selection->unread); /* whom nobody asks for, nobody reads */
    for (Py_ssize_t at = 0; PyDict_Next(unread, &at, &port, &bits);) {
        unsigned long long number = PyLong_AsUnsignedLongLong(port), mask = PyLong_AsUnsignedLongLong(bits);
        if (PyErr_Occurred()) return false;
        if (number < 65536) selection->unread[number] = mask;
    }
    for (Py_ssize_t at = 0; PyDict_Next(any_peer, &at, &port, &bits);) {
        unsigned long long number = PyLong_AsUnsignedLongLong(port);
        int any = PyObject_IsTrue(bits);
        if (any < 0 || PyErr_Occurred()) return false;
        if (number < 65536) selection->peers[number] = any ? ANY_PEER : READS_PEER;
    }
    return true;
}

void selection_free(Selection *selection) {
    wanted_free(&selection->types);
    wanted_free(&selection->udp);
    wanted_free(&selection->tcp);
    wanted_free(&selection->icmp6);
    wanted_free(&selection->protocols);
    heads_free(&selection->udp_heads);
    heads_free(&selection->tcp_heads);
    heads_free(&selection->tcp_prefixes);
    free(selection->unread);
    free(selection->peers);
}

static bool join(Mask *mask, const Wanted *wanted, uint32_t number) {
    uint16_t which = number < wanted->numbers ? wanted->index[number] : 0;
    for (int i = 0; which && i < WORDS; i++) mask->word[i] |= wanted->masks[which].word[i];
    return which;
}

static bool join_begun(Mask *mask, const Heads *heads, uint32_t key, const uint8_t *payload, size_t size) {
    bool any = false;
    for (uint32_t at = heads->first[key]; at < heads->first[key + 1]; at++) {
        const Head *head = &heads->rows[at];
        if (size < head->size || memcmp(payload, head->bytes, head->size)) continue;
        for (int i = 0; i < WORDS; i++) mask->word[i] |= head->mask.word[i];
        any = true;
    }
    return any;
}

static bool at_ports(Mask *mask, const Wanted *plain, const Heads *heads, const Headers *frame, const uint8_t *payload, size_t size) {
    const uint32_t ports[] = {frame->src_port, frame->dst_port};
    bool any = false;
    for (int i = 0; i < 2; i++) any |= join(mask, plain, ports[i]) | join_begun(mask, heads, ports[i], payload, size);
    return any;
}

/* A port that nobody reads counts for nothing: the one a client happens to have. */
static Read read_of(const Selection *selection, const Headers *frame) {
    uint32_t source = frame->src_port, target = frame->dst_port;
    uint8_t by_source = selection->peers[source], by_target = selection->peers[target];
    return (Read){
        (by_source == NOBODY && by_target == ANY_PEER ? 0 : source << 16) |
            (by_target == NOBODY && by_source == ANY_PEER ? 0 : target),
        selection->unread[source] & selection->unread[target],
    };
}

bool who_wants(const Selection *selection, const uint8_t *buffer, const Headers *frame, Mask *mask, Read *read) {
    const uint8_t *payload = buffer + frame->at;
    size_t size = frame->have - frame->at;
    memset(mask, 0, sizeof *mask);
    *read = (Read){frame->src_port << 16 | frame->dst_port, 0};
    if (!frame->protocol) return join(mask, &selection->types, frame->kind);
    if (!size) return false;
    if (frame->protocol == ICMP6) return join(mask, &selection->icmp6, payload[0]);
    if (frame->protocol == UDP) {
        *read = read_of(selection, frame);
        return at_ports(mask, &selection->udp, &selection->udp_heads, frame, payload, size);
    }
    if (frame->protocol != TCP) return join(mask, &selection->protocols, (uint32_t)frame->protocol);
    uint32_t begin = size > 1 ? (uint32_t)payload[0] << 8 | payload[1] : 0;
    bool any = at_ports(mask, &selection->tcp, &selection->tcp_heads, frame, payload, size);
    return join_begun(mask, &selection->tcp_prefixes, begin, payload, size) || any;
}
