/** Words for what the API writes in one word: device types, names of values. An unknown word is shown as it is. */
import type { Bilingual } from "../../../api/views";

const TYPES: Record<string, readonly [string, string]> = {
  access_gate: ["小区门禁", "Access gate"], alarm_panel: ["报警主机", "Alarm panel"], barrier: ["道闸", "Barrier"],
  button: ["按钮", "Button"], camera: ["摄像机", "Camera"], charger: ["充电桩", "Charger"], co_detector: ["一氧化碳探测器", "CO detector"],
  contact: ["门磁", "Contact"], controller: ["控制器", "Controller"], display: ["显示屏", "Display"], elevator: ["电梯", "Lift"],
  fall: ["跌倒探测", "Fall sensor"], fall_sensor: ["跌倒探测", "Fall sensor"], fire_door: ["防火门", "Fire door"], fire_panel: ["消防主机", "Fire panel"],
  flood_sensor: ["积水探测", "Flood sensor"], gas: ["燃气探测器", "Gas detector"], gas_detector: ["燃气探测器", "Gas detector"],
  gateway: ["网关", "Gateway"], heat_detector: ["温感", "Heat detector"], home_door: ["入户门", "Front door of a home"],
  humidity_sensor: ["湿度计", "Humidity sensor"], hydrant: ["消火栓", "Hydrant"], intercom: ["对讲", "Intercom"], leak: ["漏水探测", "Leak sensor"],
  leak_sensor: ["漏水探测", "Leak sensor"], level_sensor: ["液位计", "Level sensor"], lift: ["电梯", "Lift"], light: ["灯", "Light"],
  lock: ["锁", "Lock"], locker: ["快递柜", "Parcel locker"], manhole_sensor: ["井盖", "Manhole sensor"], meter: ["表", "Meter"],
  motion: ["人体感应", "Motion sensor"], motion_sensor: ["人体感应", "Motion sensor"], nvr: ["录像机", "Recorder"], panel: ["主机", "Panel"],
  parcel_locker: ["快递柜", "Parcel locker"], power: ["电源", "Power supply"], power_meter: ["电表", "Power meter"],
  pressure_sensor: ["压力计", "Pressure sensor"], pump: ["水泵", "Pump"], radar: ["雷达", "Radar"], recorder: ["录像机", "Recorder"],
  relay: ["继电器", "Relay"], router: ["路由器", "Router"], sensor: ["传感器", "Sensor"], siren: ["警号", "Siren"], smoke: ["烟感", "Smoke detector"],
  smoke_detector: ["烟感", "Smoke detector"], sos: ["求助按钮", "SOS button"], sos_button: ["求助按钮", "SOS button"], switch: ["交换机", "Switch"],
  temperature_sensor: ["温度计", "Thermometer"], thermometer: ["温度计", "Thermometer"], unit_door: ["单元门", "Unit door"],
  ups: ["不间断电源", "UPS"], valve: ["阀门", "Valve"], vehicle_gate: ["车行道闸", "Vehicle gate"], vehicle_lane: ["车道", "Vehicle lane"],
  water_meter: ["水表", "Water meter"],
}; // prettier-ignore

const VALUES: Record<string, readonly [string, string]> = {
  open: ["开着", "Open"], locked: ["锁着", "Locked"], motion: ["有移动", "Motion"], object: ["有目标", "Object"], line: ["越线", "Line crossed"],
  smoke: ["有烟", "Smoke"], heat: ["高温", "Heat"], gas: ["有燃气", "Gas"], leak: ["漏水", "Leak"], tamper: ["被拆动", "Tampered"],
  fault: ["故障", "Fault"], alarm: ["报警", "Alarm"], power: ["有电", "Powered"], output: ["输出", "Output"], input: ["输入", "Input"],
  low: ["电量低", "Battery low"], online: ["在线", "Online"], moved: ["被移动", "Moved"], pressed: ["按下", "Pressed"], battery: ["电量", "Battery"],
  voltage: ["电压", "Voltage"], current: ["电流", "Current"], active_power: ["功率", "Power"], energy: ["用电量", "Energy"],
  temperature: ["温度", "Temperature"], humidity: ["湿度", "Humidity"], level: ["液位", "Level"], concentration: ["浓度", "Concentration"],
  density: ["烟雾浓度", "Smoke density"], illuminance: ["照度", "Illuminance"], rssi: ["信号", "Signal"], cells_free: ["空格口", "Free cells"],
  count: ["数量", "Count"], uptime: ["已运行", "Up for"], firmware: ["固件", "Firmware"], boot: ["启动编号", "Boot"], address: ["地址", "Address"],
  position: ["位置", "Position"], mode: ["模式", "Mode"], label: ["标签", "Label"], door: ["门", "Door"], dir: ["方向", "Direction"],
  method: ["方式", "Method"], reason: ["原因", "Reason"], code: ["代码", "Code"], value: ["数值", "Value"], press: ["按法", "Press"],
  plate: ["车牌", "Plate"], lane: ["车道", "Lane"], parcel: ["包裹", "Parcel"], cell: ["格口", "Cell"], button: ["按钮", "Button"],
}; // prettier-ignore

const both = (found: readonly [string, string] | undefined, word: string): Bilingual => (found ? { zh: found[0], en: found[1] } : { zh: word, en: word });

/** A device type in words. */
export const typeWords = (word: string): Bilingual => both(TYPES[word], word || "–");

/** A value or fact in words; `open_2` is the second channel of `open`. */
export function valueWords(word: string): Bilingual {
  const channel = /^(.+)_(\d+)$/.exec(word);
  const found = VALUES[word] ?? (channel ? VALUES[channel[1] ?? ""] : undefined);
  const words = both(found, word);
  return VALUES[word] || !channel || !found ? words : { zh: `${words.zh} ${channel[2]}`, en: `${words.en} ${channel[2]}` };
}

/** The types that may be chosen, one word for each meaning, in the order of the language. */
export const TYPE_CHOICES = Object.keys(TYPES).filter((word) => !["elevator", "fall", "gas", "leak", "locker", "motion", "nvr", "panel", "smoke", "sos", "temperature_sensor"].includes(word));
