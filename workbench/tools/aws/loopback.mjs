// The emulator listens on every interface; a laptop's queues are nobody else's business.
import net from "node:net";

const listen = net.Server.prototype.listen;

net.Server.prototype.listen = function (options, ...rest) {
  const everywhere = typeof options === "object" && options?.host === "0.0.0.0";
  return listen.call(this, everywhere ? { ...options, host: "127.0.0.1" } : options, ...rest);
};
