/**
 * Python that is loaded into the emulator's process through PYTHONPATH (Python imports `sitecustomize` by itself):
 * the emulator ends when its parent does, whatever killed the parent, takes the sandbox's clock for its own (log events of
 * a moved month would else be refused as too new), and remembers which of its services answers for which name. The
 * emulator's own files stay untouched.
 */
export const sidecarSource = (folder: string, clockFile: string): string => `
import gc, importlib.abc, importlib.machinery, os, shutil, sys, threading

# Loading the emulator's services makes many objects and no garbage: looking for it took a fifth of its time.
gc.set_threshold(200_000, 20, 100)

def end_with_parent():
    try:
        while os.read(0, 4096):
            pass
    except OSError:
        pass
    shutil.rmtree(${JSON.stringify(folder)}, ignore_errors=True)
    os._exit(0)

if os.environ.get("COST_GUARD_SANDBOX_CHILD") == "1":
    threading.Thread(target=end_with_parent, daemon=True).start()

def follow_clock(module):
    from datetime import timedelta
    real = module.utcnow
    known = (None, timedelta())
    def utcnow():
        nonlocal known
        # Each change of the sandbox's clock gives its file another time; opening it every time took a tenth of a call.
        version = os.stat(${JSON.stringify(clockFile)}).st_mtime_ns
        if version != known[0]:
            with open(${JSON.stringify(clockFile)}) as file:
                known = (version, timedelta(milliseconds=int(file.read())))
        return real() + known[1]
    module.utcnow = utcnow

# For each call the emulator looked through its own folders on the disk, under a lock, and wrote a line of its own log:
# half of its time.
def remember_backends(module):
    import functools, logging
    dispatcher = module.DomainDispatcherApplication
    known = functools.cache(dispatcher.get_backend_for_host)
    dispatcher.get_backend_for_host = lambda self, host: known(self, host)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    one_after_the_other()

# A thread for each call only waits for its turn of Python, and starting it took a sixth of the call.
def one_after_the_other():
    import socketserver
    from werkzeug.serving import ThreadedWSGIServer
    ThreadedWSGIServer.process_request = socketserver.BaseServer.process_request

AFTER_LOADING = {"moto.core.utils": follow_clock, "moto.moto_server.werkzeug_app": remember_backends}

class Changed(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        change = AFTER_LOADING.pop(name, None)
        if change is None:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        run = spec.loader.exec_module
        def exec_module(module):
            run(module)
            change(module)
        spec.loader.exec_module = exec_module
        return spec

sys.meta_path.insert(0, Changed())
`
