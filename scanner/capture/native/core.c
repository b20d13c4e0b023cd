/* The compiled core of the fast lane: the common frames, counted and chosen without making a Python object of each.

   It is the twin of `scanner.capture.headers`, and optional: everything works without it, only slower. What is not common
   (another link type, a tunnel, a fragment, 802.2, anything damaged) it leaves to the Python twin, row by row, so that each
   of those meanings exists once. tests/scanner/capture/test_core.py holds the two against each other. The limited API keeps
   one build good for every Python from 3.11 on. */

#include "core.h"

#include <stdlib.h>
#include <string.h>

enum { TCP = 6, ETHERNET = 1 }; /* the protocol, the link type */

#define MOST_REMEMBERED 65536 /* frames remembered for recognising repeats: 4 MiB here, four times that in outcomes */

typedef struct {
    Hash key;
    int64_t time;
    uint64_t number, times;
} Known;

/* All a frame is but its number and time: what an observer can see (`_same` of repeats.py). No gaps, or all of them zero. */
typedef struct {
    Mask mask;
    uint64_t segment;
    uint8_t macs[12], sizes[2], protocol, cut;
    uint8_t src_ip[16], dst_ip[16];
    uint32_t kind, ports;
    uint64_t size;
    Hash payload, rest;
} Same;

typedef struct {
    PyObject_HEAD
    PyObject *frame_type, *part_type, *segment_name;
    bool remember, ready;
    Secret secret;
    Selection *selection;
    Tunnels tunnels;
    Table senders, targets, known;
} Lane;

/* One batch, as `FrameBatch` holds it. */
typedef struct {
    PyObject *capture;
    uint64_t number;
    Py_buffer bytes, offsets, sizes, wire_sizes, times, links;
} Batch;

static bool mark(uint8_t *bits, unsigned long most, PyObject *numbers) {
    PyObject *each = PyObject_GetIter(numbers), *item;
    while (each && (item = PyIter_Next(each))) {
        unsigned long number = PyLong_AsUnsignedLong(item);
        Py_DECREF(item);
        if (!PyErr_Occurred() && number < most) bits[number >> 3] |= (uint8_t)(1 << (number & 7));
        if (PyErr_Occurred()) break;
    }
    Py_XDECREF(each);
    return !PyErr_Occurred();
}

static int lane_init(PyObject *self, PyObject *args, PyObject *names) {
    static char *words[] = {"frame", "part", "segment", "selection", "types", "ports", "protocols", "secret", "remember", NULL};
    Lane *lane = (Lane *)self;
    PyObject *frame, *part, *segment, *selection, *types, *ports, *protocols;
    const char *secret;
    Py_ssize_t size;
    int remember;
    if (!PyArg_ParseTupleAndKeywords(args, names, "OOOOOOOy#p", words, &frame, &part, &segment, &selection, &types, &ports,
                                     &protocols, &secret, &size, &remember))
        return -1;
    if (size != sizeof lane->secret || lane->ready) {
        PyErr_SetString(PyExc_ValueError, "a lane is made once, with a secret of 16 bytes");
        return -1;
    }
    memcpy(&lane->secret, secret, sizeof lane->secret);
    lane->ready = true;
    lane->remember = remember;
    lane->frame_type = Py_NewRef(frame);
    lane->part_type = Py_NewRef(part);
    lane->segment_name = Py_NewRef(segment);
    table_init(&lane->senders, sizeof(SenderKey), sizeof(Sender));
    table_init(&lane->targets, sizeof(TargetKey), sizeof(Target));
    table_init(&lane->known, sizeof(Hash), sizeof(Known));
    lane->selection = calloc(1, sizeof *lane->selection);
    if (!lane->selection) {
        PyErr_NoMemory();
        return -1;
    }
    return selection_init(lane->selection, selection) && mark(lane->tunnels.types, 65536, types) &&
                   mark(lane->tunnels.ports, 65536, ports) && mark(lane->tunnels.protocols, 256, protocols)
               ? 0
               : -1;
}

static void lane_dealloc(PyObject *self) {
    Lane *lane = (Lane *)self;
    PyTypeObject *type = Py_TYPE(self);
    if (lane->selection) selection_free(lane->selection);
    free(lane->selection);
    if (lane->ready) {
        table_clear(&lane->senders);
        table_clear(&lane->targets);
        table_clear(&lane->known);
    }
    Py_XDECREF(lane->frame_type);
    Py_XDECREF(lane->part_type);
    Py_XDECREF(lane->segment_name);
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(self);
    Py_DECREF(type);
}

/* Whether the frame must be decoded: no other way round than `Repeats.first` of repeats.py. -1: no memory. */
static int first_of_its_kind(Lane *lane, const uint8_t *buffer, const Headers *frame, const Mask *mask, Read read,
                             bool cut, int64_t time, uint64_t number) {
    Same same;
    uint8_t head[64];
    const uint8_t *payload = buffer + frame->at;
    size_t size = frame->have - frame->at, begun = 0;
    if (!lane->remember) return 1;
    memset(&same, 0, sizeof same);
    same.mask = *mask;
    same.segment = frame->segment;
    memcpy(same.macs, frame->src_mac, 6);
    memcpy(same.macs + 6, frame->dst_mac, 6);
    same.sizes[0] = (uint8_t)frame->src_size;
    same.sizes[1] = (uint8_t)frame->dst_size;
    if (frame->src_size) memcpy(same.src_ip, frame->src_ip, frame->src_size);
    if (frame->dst_size) memcpy(same.dst_ip, frame->dst_ip, frame->dst_size);
    same.protocol = (uint8_t)frame->protocol;
    same.cut = cut;
    same.kind = frame->kind;
    same.ports = read.ports;
    same.size = size;
    if (read.unread) {
        begun = size < sizeof head ? size : sizeof head;
        for (size_t i = 0; i < begun; i++) head[i] = read.unread >> i & 1 ? 0 : payload[i];
        same.payload = hash_bytes(&lane->secret, head, begun);
    }
    same.rest = hash_bytes(&lane->secret, payload + begun, size - begun);
    Hash key = hash_bytes(&lane->secret, (uint8_t *)&same, sizeof same);
    bool full = lane->known.count >= MOST_REMEMBERED, made = false; /* full: until the next `repeats` nothing new is remembered */
    Known *known = full ? table_get(&lane->known, &key, key.low) : table_put(&lane->known, &key, key.low, &made);
    if (!known) return full ? 1 : -1;
    if (!made && time >= known->time && number >= known->number) {
        known->times++;
        return 0;
    }
    known->time = time;
    known->number = number;
    return 1;
}

static PyObject *segment_of(Lane *lane, uint64_t segment) {
    if (!segment) return PyUnicode_FromStringAndSize("", 0);
    return PyObject_CallFunction(lane->segment_name, "K", (unsigned long long)segment);
}

static PyObject *address(const uint8_t *bytes, size_t size) { return PyBytes_FromStringAndSize((const char *)bytes, (Py_ssize_t)size); }

/* (Frame, mask). begins: a TCP message that may go on in later frames. */
static PyObject *chosen(Lane *lane, const Batch *batch, const Headers *frame, const Mask *mask, bool cut, bool begins,
                        int64_t time, uint64_t number) {
    const uint8_t *buffer = batch->bytes.buf;
    PyObject *bits = mask_number(mask), *made = NULL;
    PyObject *part = begins ? PyObject_CallFunction(lane->part_type, "(iII)IO", frame->protocol, frame->src_port,
                                                    frame->dst_port, frame->sequence, Py_False)
                            : Py_NewRef(Py_None);
    PyObject *fields = Py_BuildValue(
        "OKLNNNkNNikkNON", batch->capture, (unsigned long long)number, (long long)time, segment_of(lane, frame->segment),
        address(frame->src_mac, 6), address(frame->dst_mac, 6), (unsigned long)frame->kind,
        address(frame->src_ip, frame->src_size), address(frame->dst_ip, frame->dst_size), frame->protocol,
        (unsigned long)frame->src_port, (unsigned long)frame->dst_port, address(buffer + frame->at, frame->have - frame->at),
        cut ? Py_True : Py_False, part);
    if (fields) made = PyObject_CallObject(lane->frame_type, fields);
    Py_XDECREF(fields);
    if (made && bits) return Py_BuildValue("NN", made, bits);
    Py_XDECREF(made);
    Py_XDECREF(bits);
    return NULL;
}

/* Whether a segment belongs to a flow of which every frame is asked for: 1, 0, or -1 with an exception set. */
static int is_followed(Lane *lane, const Headers *frame, PyObject *followed) {
    if (frame->protocol != TCP || frame->at == frame->have) return 0;
    Py_ssize_t flows = PyObject_Size(followed);
    if (flows <= 0) return (int)flows;
    PyObject *flow = Py_BuildValue("NNN(iII)", segment_of(lane, frame->segment), address(frame->src_ip, frame->src_size),
                                   address(frame->dst_ip, frame->dst_size), frame->protocol, frame->src_port, frame->dst_port);
    int found = flow ? PySequence_Contains(followed, flow) : -1;
    Py_XDECREF(flow);
    return found;
}

static bool headers_of(const Lane *lane, const Batch *batch, Py_ssize_t row, Headers *frame) {
    uint64_t start = ((const unsigned long long *)batch->offsets.buf)[row], length = (uint64_t)batch->bytes.len;
    uint64_t size = ((const unsigned long *)batch->sizes.buf)[row];
    return ((const unsigned long *)batch->links.buf)[row] == ETHERNET && start <= length && size <= length - start &&
           read_headers(batch->bytes.buf, start, start + size, &lane->tunnels, frame);
}

typedef enum { READ, ODD, BEGINS, FAULT } Row;

/* Reads one row and appends what is chosen to `found`. ODD: nothing is done, the row is the twin's. */
static Row walk_row(Lane *lane, const Batch *batch, Py_ssize_t row, PyObject *followed, PyObject *found) {
    uint64_t number = batch->number + (uint64_t)row, size = ((const unsigned long *)batch->sizes.buf)[row];
    uint64_t end = ((const unsigned long long *)batch->offsets.buf)[row] + size;
    uint64_t wire_size = ((const unsigned long *)batch->wire_sizes.buf)[row];
    int64_t time = ((const long long *)batch->times.buf)[row];
    Headers frame;
    Mask mask;
    Read read;
    if (!headers_of(lane, batch, row, &frame)) return ODD;
    int follows = is_followed(lane, &frame, followed);
    if (follows) return follows < 0 ? FAULT : ODD;
    if (!count_sender(&lane->senders, &lane->secret, &frame, wire_size, time, number) ||
        !count_target(&lane->targets, &lane->secret, &frame, time, number)) {
        PyErr_NoMemory();
        return FAULT;
    }
    if (!who_wants(lane->selection, batch->bytes.buf, &frame, &mask, &read)) return READ;
    bool cut = frame.stop > end || (!frame.protocol && size < wire_size), begins = false;
    for (int i = 0; frame.protocol == TCP && i < WORDS; i++) begins |= !!(mask.word[i] & lane->selection->joined.word[i]);
    int first = begins ? 1 : first_of_its_kind(lane, batch->bytes.buf, &frame, &mask, read, cut, time, number);
    if (!first) return READ;
    PyObject *item = first > 0 ? chosen(lane, batch, &frame, &mask, cut, begins, time, number) : PyErr_NoMemory();
    int fault = item ? PyList_Append(found, item) : -1;
    Py_XDECREF(item);
    return fault ? FAULT : begins ? BEGINS : READ;
}

/* Rows from `row` on: (chosen frames, first row for the twin, row to go on with). */
static PyObject *walk(Lane *lane, const Batch *batch, Py_ssize_t row, Py_ssize_t rows, PyObject *followed) {
    PyObject *found = PyList_New(0);
    Headers frame;
    Row what = READ;
    for (; found && row < rows && what == READ; row++) what = walk_row(lane, batch, row, followed, found);
    if (!found || what == FAULT) {
        Py_XDECREF(found);
        return NULL;
    }
    Py_ssize_t odd = what == ODD ? row - 1 : row;
    while (what == ODD && row < rows && !headers_of(lane, batch, row, &frame)) row++;
    return Py_BuildValue("Nnn", found, odd, row);
}

static bool get(PyObject *source, Py_buffer *view, Py_ssize_t width) {
    if (PyObject_GetBuffer(source, view, PyBUF_SIMPLE)) return false;
    if (view->len % width == 0) return true;
    PyErr_SetString(PyExc_ValueError, "an array of another type");
    return false;
}

static PyObject *lane_walk(PyObject *self, PyObject *args) {
    Lane *lane = (Lane *)self;
    Batch batch = {0};
    PyObject *views[6], *followed, *found = NULL;
    Py_ssize_t row;
    unsigned long long number;
    if (!PyArg_ParseTuple(args, "OKOOOOOOnO", &batch.capture, &number, views, views + 1, views + 2, views + 3, views + 4,
                          views + 5, &row, &followed))
        return NULL;
    batch.number = number;
    if (!lane->ready || row < 0) return PyErr_Format(PyExc_ValueError, "no lane, or no row");
    if (get(views[0], &batch.bytes, 1) && get(views[1], &batch.offsets, sizeof(long long)) &&
        get(views[2], &batch.sizes, sizeof(long)) && get(views[3], &batch.wire_sizes, sizeof(long)) &&
        get(views[4], &batch.times, sizeof(long long)) && get(views[5], &batch.links, sizeof(long))) {
        Py_ssize_t rows = batch.offsets.len / (Py_ssize_t)sizeof(long long), wide = rows * (Py_ssize_t)sizeof(long);
        if (batch.times.len == batch.offsets.len && batch.sizes.len == wide && batch.wire_sizes.len == wide &&
            batch.links.len == wide)
            found = walk(lane, &batch, row, rows, followed);
        else
            PyErr_SetString(PyExc_ValueError, "arrays of different lengths");
    }
    Py_buffer *held[] = {&batch.bytes, &batch.offsets, &batch.sizes, &batch.wire_sizes, &batch.times, &batch.links};
    for (size_t i = 0; i < sizeof held / sizeof *held; i++)
        if (held[i]->obj) PyBuffer_Release(held[i]);
    return found;
}

static PyObject *sender_row(Lane *lane, const void *entry) {
    const Sender *sender = entry;
    return Py_BuildValue("(NNN)(KKLKLLKN)", segment_of(lane, sender->key.segment), address(sender->key.mac, 6),
                         address(sender->key.ip, sender->key.size), (unsigned long long)sender->frames,
                         (unsigned long long)sender->bytes, (long long)sender->first, (unsigned long long)sender->number,
                         (long long)sender->last, (long long)sender->heard_first, (unsigned long long)sender->heard_number,
                         mask_number(&sender->ttls));
}

static PyObject *target_row(Lane *lane, const void *entry) {
    const Target *target = entry;
    return Py_BuildValue("(NN)(KLKL)", segment_of(lane, target->key.segment), address(target->key.mac, 6),
                         (unsigned long long)target->frames, (long long)target->first, (unsigned long long)target->number,
                         (long long)target->last);
}

/* Up to `most` rows of a table from row `start` on: a table may be too large to be made Python objects of at once. */
static PyObject *rows(Lane *lane, Table *table, PyObject *(*row)(Lane *, const void *), PyObject *args) {
    Py_ssize_t start, most;
    if (!PyArg_ParseTuple(args, "nn", &start, &most)) return NULL;
    PyObject *list = PyList_New(0);
    for (size_t at = start < 0 ? 0 : (size_t)start; list && at < table->count && most-- > 0; at++) {
        PyObject *made = row(lane, table_at(table, at));
        if (!made || PyList_Append(list, made)) Py_CLEAR(list);
        Py_XDECREF(made);
    }
    return list;
}

static PyObject *lane_senders(PyObject *self, PyObject *args) {
    return rows((Lane *)self, &((Lane *)self)->senders, sender_row, args);
}

static PyObject *lane_targets(PyObject *self, PyObject *args) {
    return rows((Lane *)self, &((Lane *)self)->targets, target_row, args);
}

/* [(number, times)]: how often the frame of that number was said again; all is forgotten. */
static PyObject *lane_repeats(PyObject *self, PyObject *unused) {
    (void)unused;
    Table *table = &((Lane *)self)->known;
    PyObject *list = PyList_New(0);
    for (size_t at = 0; list && at < table->count; at++) {
        const Known *known = table_at(table, at);
        if (!known->times) continue;
        PyObject *made = Py_BuildValue("KK", (unsigned long long)known->number, (unsigned long long)known->times);
        if (!made || PyList_Append(list, made)) Py_CLEAR(list);
        Py_XDECREF(made);
    }
    if (list) table_clear(table);
    return list;
}

static PyObject *lane_full(PyObject *self, PyObject *unused) {
    (void)unused;
    return PyBool_FromLong(((Lane *)self)->known.count >= MOST_REMEMBERED);
}

static PyMethodDef lane_methods[] = {
    {"walk", lane_walk, METH_VARARGS, NULL},       {"senders", lane_senders, METH_VARARGS, NULL},
    {"targets", lane_targets, METH_VARARGS, NULL}, {"repeats", lane_repeats, METH_NOARGS, NULL},
    {"full", lane_full, METH_NOARGS, NULL},        {0},
};

static PyType_Slot lane_slots[] = {
    {Py_tp_init, lane_init}, {Py_tp_dealloc, lane_dealloc}, {Py_tp_methods, lane_methods}, {0},
};

static PyType_Spec lane_spec = {"scanner.capture.core.Lane", sizeof(Lane), 0, Py_TPFLAGS_DEFAULT, lane_slots};

static PyMethodDef functions[] = {{"split_pcap", split_pcap, METH_VARARGS, NULL}, {0}};

static int module_exec(PyObject *module) {
    PyObject *type = PyType_FromSpec(&lane_spec);
    return !type || PyModule_AddObjectRef(module, "Lane", type) ? (Py_XDECREF(type), -1) : (Py_DECREF(type), 0);
}

static PyModuleDef_Slot module_slots[] = {{Py_mod_exec, module_exec}, {0}};

static PyModuleDef module = {PyModuleDef_HEAD_INIT, .m_name = "core", .m_methods = functions, .m_slots = module_slots};

PyMODINIT_FUNC PyInit_core(void) { return PyModuleDef_Init(&module); }
