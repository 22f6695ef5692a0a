// What is kept on this phone: visits that are not sent yet, and the officer's part of the register.
// A browser that keeps nothing (private window, no room) makes every call fail; callers say so and go on.
let opened = null;

function open() {
  if (!opened) {
    opened = new Promise((resolve, reject) => {
      const request = indexedDB.open("campaign", 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("visits", { keyPath: "uuid" });
        request.result.createObjectStore("office");
      };
      request.onsuccess = () => {
        request.result.onversionchange = () => request.result.close();
        resolve(request.result);
      };
      request.onerror = () => reject(request.error);
    });
  }
  return opened;
}

async function run(store, mode, act) {
  const transaction = (await open()).transaction(store, mode);
  const request = act(transaction.objectStore(store));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

export const read = (store, key) => run(store, "readonly", (rows) => rows.get(key));
export const readAll = (store) => run(store, "readonly", (rows) => rows.getAll());
export const write = (store, value, key) => run(store, "readwrite", (rows) => rows.put(value, key));
export const remove = (store, key) => run(store, "readwrite", (rows) => rows.delete(key));
export const clear = (store) => run(store, "readwrite", (rows) => rows.clear());
